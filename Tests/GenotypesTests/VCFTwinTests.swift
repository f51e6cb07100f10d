import Genotypes
import TestSupport
import Testing

/// The parser against a slow one that splits strings, on random records.
@Suite struct VCFTwinTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  /// Random records: every mix of ploidy, phase, missingness, alleles and FORMAT.
  static func randomText(seed: UInt64, donors: [String]) -> String {
    var random = Generator(state: seed)
    var position = 1
    var records: [String] = []
    let alternates = ["G", "T", "AT", "*", "<DEL>", "GGGG", "TT", "CA", "CT", "CG", "CC"]
    for index in 0..<300 {
      position += Int.random(in: 1...50, using: &random)
      // Half of the records have the plain form that the fast path reads.
      let isPlain = Bool.random(using: &random)
      let count = isPlain ? 1 : Int.random(in: 1...alternates.count, using: &random)
      let format =
        isPlain
        ? "GT"
        : ["GT", "GT:DP", "DP:GT", "GT:DS", "DS", "DS:GT"].randomElement(using: &random) ?? "GT"
      let columns = donors.map { _ -> String in
        let call = randomCall(alternateCount: count, isPlain: isPlain, &random)
        let maximum = call.contains("|") || call.contains("/") || call == "." ? 2.0 : 1.0
        let values = (0..<count).map { _ in
          Int.random(in: 0..<20, using: &random) == 0
            ? "." : String((Double.random(in: 0...maximum, using: &random) * 1000).rounded() / 1000)
        }
        let dosage =
          Int.random(in: 0..<20, using: &random) == 0 ? "." : values.joined(separator: ",")
        return format.split(separator: ":").map {
          $0 == "GT" ? call : $0 == "DS" ? dosage : "7"
        }.joined(separator: ":")
      }
      let id = Bool.random(using: &random) ? "." : "rs\(index)"
      let alternate = alternates.shuffled(using: &random).prefix(count).joined(separator: ",")
      records.append(
        "22 \(position) \(id) A \(alternate) . . X=1 \(format) \(columns.joined(separator: " "))")
    }
    return vcf(donors: donors, records)
  }

  private static func randomCall(
    alternateCount: Int, isPlain: Bool, _ random: inout Generator
  ) -> String {
    func allele(_ random: inout Generator) -> String {
      Int.random(in: 0..<(isPlain ? 100 : 10), using: &random) == 0
        ? "." : String(Int.random(in: 0...alternateCount, using: &random))
    }
    let first = allele(&random)
    if !isPlain, Int.random(in: 0..<8, using: &random) == 0 { return first }
    return first + (Bool.random(using: &random) ? "|" : "/") + allele(&random)
  }

  /// Dosages by splitting strings.
  private func slowRead(_ text: String, selected: [Int]) -> [ReadVariant] {
    var variants: [ReadVariant] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let columns = line.split(separator: "\t").map(String.init)
      let alternates = columns[4].split(separator: ",").map(String.init)
      let names = columns[8].split(separator: ":").map(String.init)
      let usesDosage = names.contains("DS")
      for (index, alternate) in alternates.enumerated() {
        if !usesDosage, alternate == "*" || alternate == "<DEL>" { continue }
        let dosages = selected.map { donor -> Float? in
          let values = columns[9 + donor].split(separator: ":").map(String.init)
          let subfields = Dictionary(uniqueKeysWithValues: zip(names, values))
          if usesDosage {
            let dosage = (subfields["DS"] ?? ".").split(separator: ",").map(String.init)
            return dosage == ["."] ? nil : Float(dosage[index])
          }
          let calls = (subfields["GT"] ?? ".").split { $0 == "|" || $0 == "/" }
          if calls.contains(".") { return nil }
          return Float(calls.count { $0 == "\(index + 1)" })
        }
        variants.append(
          ReadVariant(
            chromosome: "22", position: Int(columns[1]) ?? 0,
            id: columns[2] == "." ? "22_\(columns[1])_A_\(alternate)" : columns[2],
            alleles: "A>\(alternate)", dosages: dosages))
      }
    }
    return variants
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `random records are read as by splitting strings`(seed: UInt64) throws {
    let donors = (0..<17).map { "D\($0)" }
    let text = Self.randomText(seed: seed, donors: donors)
    var random = Generator(state: seed)
    let selected = Array(Array(donors.indices).shuffled(using: &random).prefix(11))
    let source = try VCFTextSource(
      path: folder.write(text), field: nil, selection: VariantSelection())
    source.select(donors: selected)
    let read = try readAll(source, batchSize: 7)
    let expected = slowRead(text, selected: selected)
    #expect(read.count == expected.count)
    for (left, right) in zip(read, expected) { #expect(left == right) }
  }
}
