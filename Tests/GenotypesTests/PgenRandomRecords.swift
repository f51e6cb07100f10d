/// Random `.pgen` records, made the slow way, with the dosages that they stand for.
struct PgenRandomRecords {
  let donorCount: Int
  var random: VCFTwinTests.Generator
  /// The codes of the last record stored whole.
  private var base: [Int] = []

  init(donorCount: Int, seed: UInt64) {
    self.donorCount = donorCount
    random = VCFTwinTests.Generator(state: seed)
  }

  /// The next record; its dosages by ALT allele, and those of its calls alone.
  ///
  /// - Parameter isFirst: whether it starts a block and must be stored whole.
  mutating func next(
    isFirst: Bool
  ) -> (record: PgenFixture.Record, dosages: [[Float?]], calls: [[Float?]]) {
    let codes = randomCodes()
    var types = [0, 1, 4, 6, 7]
    if !isFirst { types += [2, 2, 3, 3] }
    let main = types.randomElement(using: &random) ?? 0
    var record = PgenFixture.Record(type: UInt8(main), bytes: mainTrack(main, codes))
    if main != 2, main != 3 { base = codes }
    var calls: [[Float?]] = [codes.map { (code: Int) -> Float? in code == 3 ? nil : Float(code) }]
    if Int.random(in: 0..<3, using: &random) == 0 {
      calls = addAlleles(codes, to: &record)
      return (record, calls, calls)
    }
    if Bool.random(using: &random) { addPhase(codes, to: &record) }
    var dosages = calls
    if Bool.random(using: &random) { dosages[0] = addDosages(calls[0], to: &record) }
    return (record, dosages, calls)
  }

  private mutating func randomCodes() -> [Int] {
    let frequent = Int.random(in: 0..<6, using: &random)
    let share: Double = [0.0, 0.01, 0.3].randomElement(using: &random) ?? 0
    return (0..<donorCount).map { donor in
      if Double.random(in: 0..<1, using: &random) < share {
        return Int.random(in: 0...3, using: &random)
      }
      if frequent < 4 { return frequent }
      guard donor < base.count else { return 0 }
      return frequent == 4 ? base[donor] : [2, 1, 0, 3][base[donor]]
    }
  }

  private mutating func mainTrack(_ type: Int, _ codes: [Int]) -> [UInt8] {
    func list(where isListed: (Int) -> Bool) -> [UInt8] {
      let donors = codes.indices.filter(isListed)
      return PlinkBits.list(donors, codes: donors.map { codes[$0] }, donorCount: donorCount)
    }
    switch type {
    case 0: return PlinkBits.packed(codes, width: 2)
    case 1:
      let pairs = [(1, 0, 1), (2, 0, 2), (3, 0, 3), (5, 1, 2), (6, 1, 3), (9, 2, 3)]
      let (number, low, high) = pairs.randomElement(using: &random) ?? (1, 0, 1)
      return [UInt8(number)] + PlinkBits.flags(codes.map { $0 == high })
        + list { codes[$0] != low && codes[$0] != high }
    case 2: return list { codes[$0] != base[$0] }
    case 3:
      // The codes are those before the alleles are swapped.
      let swapped = codes.map { [2, 1, 0, 3][$0] }
      let donors = codes.indices.filter { swapped[$0] != base[$0] }
      return PlinkBits.list(donors, codes: donors.map { swapped[$0] }, donorCount: donorCount)
    default:
      let common = type == 4 ? 0 : type == 6 ? 2 : 3
      return list { codes[$0] != common }
    }
  }

  /// A bit for whether a bit for each heterozygous call follows, then one for each phased call.
  private mutating func addPhase(_ codes: [Int], to record: inout PgenFixture.Record) {
    record.type |= 0x10
    let phased = codes.filter { $0 == 1 }.map { _ in Bool.random(using: &random) }
    if Bool.random(using: &random) {
      let swapped = phased.filter { $0 }.map { _ in Bool.random(using: &random) }
      record.bytes += PlinkBits.flags([true] + phased) + PlinkBits.flags(swapped)
    } else {
      record.bytes += PlinkBits.flags([false] + phased)
    }
  }

  private mutating func addDosages(
    _ calls: [Float?], to record: inout PgenFixture.Record
  ) -> [Float?] {
    let form = [0x20, 0x40, 0x60].randomElement(using: &random) ?? 0x20
    record.type |= UInt8(form)
    let share: Double = [0.02, 0.9].randomElement(using: &random) ?? 0.5
    var dosages = calls
    var values: [Int] = []
    var donors: [Int] = []
    for donor in 0..<donorCount {
      let hasDosage = Double.random(in: 0..<1, using: &random) < share
      if hasDosage {
        let value = Int.random(in: 0...32768, using: &random)
        dosages[donor] = Float(value) / 16384
        values.append(value)
        donors.append(donor)
      } else if form == 0x40 {
        values.append(65535)
      }
    }
    switch form {
    case 0x20: record.bytes += PlinkBits.list(donors, donorCount: donorCount)
    case 0x60: record.bytes += PlinkBits.flags((0..<donorCount).map(Set(donors).contains))
    default: break
    }
    record.bytes += PlinkBits.packed(values, width: 16)
    if Int.random(in: 0..<3, using: &random) == 0 {
      record.type |= 0x80
      let phased = values.map { _ in form == 0x40 || Bool.random(using: &random) }
      if form != 0x40 { record.bytes += PlinkBits.flags(phased) }
      record.bytes += phased.filter { $0 }.flatMap { _ in [0x12, 0x34] as [UInt8] }
    }
    return dosages
  }

  /// Patches of calls with ALT alleles after the first, and the dosages of each allele.
  private mutating func addAlleles(
    _ codes: [Int], to record: inout PgenFixture.Record
  ) -> [[Float?]] {
    let counts = donorCount > 1000 ? [2, 3] : [2, 3, 4, 5, 6, 16, 17, 18, 250]
    let count = counts.randomElement(using: &random) ?? 2
    record.alternateCount = count
    let isPatched = Int.random(in: 0..<4, using: &random) > 0
    let called: [(Int, Int)?] = [(0, 0), (0, 1), (1, 1), nil]
    var pairs = codes.map { called[$0] }
    if isPatched {
      let share: Double = [0.0, 0.1, 0.8].randomElement(using: &random) ?? 0
      for donor in codes.indices where Double.random(in: 0..<1, using: &random) < share {
        let alleles = [
          Int.random(in: 1...count, using: &random), Int.random(in: 1...count, using: &random),
        ].sorted()
        if codes[donor] == 1 { pairs[donor] = (0, alleles[0]) }
        if codes[donor] == 2 { pairs[donor] = (alleles[0], alleles[1]) }
      }
      record.type |= 8
      let one = patch(codes, pairs, code: 1, unpatched: (0, 1)) { donors in
        let width =
          [2: 0, 3: 1, 4: 2, 5: 2, 6: 4, 16: 4, 17: 4].first { $0.key == count }?.value ?? 8
        return PlinkBits.packed(donors.map { (pairs[$0]?.1 ?? 2) - 2 }, width: width)
      }
      let two = patch(codes, pairs, code: 2, unpatched: (1, 1)) { donors in
        if count == 2 { return PlinkBits.flags(donors.map { pairs[$0]?.0 == 2 }) }
        let width = count <= 4 ? 2 : count <= 16 ? 4 : 8
        return PlinkBits.packed(
          donors.flatMap { [(pairs[$0]?.0 ?? 1) - 1, (pairs[$0]?.1 ?? 1) - 1] }, width: width)
      }
      record.bytes += [one.format | two.format << 4] + one.bytes + two.bytes
    }
    return (1...count).map { allele in
      pairs.map { pair in
        pair.map { Float(($0.0 == allele ? 1 : 0) + ($0.1 == allele ? 1 : 0)) }
      }
    }
  }

  private mutating func patch(
    _ codes: [Int], _ pairs: [(Int, Int)?], code: Int, unpatched: (Int, Int),
    values: ([Int]) -> [UInt8]
  ) -> (format: UInt8, bytes: [UInt8]) {
    let all = codes.indices.filter { codes[$0] == code }
    let donors = all.filter { pairs[$0].map { $0 != unpatched } ?? false }
    if donors.isEmpty, Bool.random(using: &random) { return (15, []) }
    if Bool.random(using: &random) {
      return (1, PlinkBits.list(donors, donorCount: donorCount) + values(donors))
    }
    return (0, PlinkBits.flags(all.map(Set(donors).contains)) + values(donors))
  }
}
