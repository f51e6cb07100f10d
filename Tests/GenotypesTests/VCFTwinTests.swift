import Tables
import TestSupport
import Testing

@testable import Genotypes

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

  // MARK: Short forms

  /// Columns of records with one ALT: mostly the forms that are read a word at a time, with others
  /// between them and with all lengths of numbers.
  private static func shortColumn(
    _ format: String, _ random: inout Generator
  ) -> String {
    let isOdd = Int.random(in: 0..<25, using: &random) == 0
    let call = randomCall(alternateCount: 1, isPlain: !isOdd, &random)
    let isDiploid = call.count == 3
    func number(upTo maximum: Double, _ random: inout Generator) -> String {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return "."
      case 1: return String(Int.random(in: 0...Int(maximum), using: &random))
      case 2: return maximum == 2 ? "2.000" : "1.0"
      case 3: return "1."
      default:
        let digits = Int.random(in: 1...9, using: &random)
        let text = String(Double.random(in: 1e-4..<maximum, using: &random))
          .prefix(digits + 2)
        return String(text)
      }
    }
    let values = format.split(separator: ":").map { field -> String in
      switch field {
      case "GT": call
      case "DS": number(upTo: isDiploid || !format.contains("GT") ? 2 : 1, &random)
      case "GP": "0.1,0.25,0.65"
      default: String(Int.random(in: 0...300, using: &random))
      }
    }
    // Subfields at the end may be dropped, but GT.
    let kept = isOdd ? Int.random(in: 1...values.count, using: &random) : values.count
    return values.prefix(kept).joined(separator: ":")
  }

  @Test(
    arguments: [1, 2, 8, 9, 17, 64, 65],
    [
      "GT", "GT:DP", "GT:DS", "GT:DS:GP", "GT:GP:DS", "GT:DP:GP:DS", "DS", "DS:GP", "DP:DS",
      "DS:GT",
    ])
  func `usual forms are read as by splitting strings`(donorCount: Int, format: String) throws {
    var random = Generator(state: UInt64(donorCount * 31 + format.utf8.count))
    let donors = (0..<donorCount).map { "D\($0)" }
    let records = (1...16).map { position in
      let columns = donors.map { _ in Self.shortColumn(format, &random) }
      return "22 \(position) v\(position) A G . . . \(format) \(columns.joined(separator: " "))"
    }
    let text = vcf(donors: donors, records)
    let selected = Array(
      donors.indices.shuffled(using: &random).prefix(max(1, donorCount * 2 / 3)))
    let source = try VCFTextSource(
      path: folder.write(text), field: nil, selection: VariantSelection())
    source.select(donors: selected)
    let read = try readAll(source, batchSize: 13)
    let expected = slowRead(text, selected: selected)
    #expect(read.count == expected.count)
    for (left, right) in zip(read, expected) { #expect(left == right) }
  }

  @Test func `short dosages are those of the general parser`() {
    // Each number with up to five decimals, and every word of a small alphabet.
    func check(_ text: String) {
      let bytes = Array(text.utf8)
      var word: UInt64 = 0
      for (index, byte) in (bytes + [0x09, 0x30, 0x7C]).prefix(8).enumerated() {
        word |= UInt64(byte) << UInt64(8 * index)
      }
      guard let dosage = ShortDosage.value(word, length: bytes.count) else { return }
      let general = bytes.withUnsafeBytes { parseDouble($0) }.map { Float($0) }
      if dosage != general || !(0...2).contains(dosage) {
        Issue.record("\(text): \(dosage), not \(general ?? .nan)")
      }
    }
    for number in 0...200_000 {
      let digits = String(1_000_000 + number)
      check("\(digits.dropFirst().prefix(1)).\(digits.suffix(5))")
    }
    for whole in ["0", "1"] {
      for decimals in 0..<1000 { check("\(whole).\(String(1000 + decimals).dropFirst())") }
    }
    let alphabet = [0x00, 0x09, 0x1A, 0x2A, 0x2E, 0x2F, 0x30, 0x32, 0x39, 0x3A, 0xB0, 0xFF]
      .map { UInt8($0) }
    var random = Generator(state: 9)
    for _ in 0..<200_000 {
      let length = Int.random(in: 0...7, using: &random)
      var bytes = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if length > 1, Bool.random(using: &random) { bytes[1] = 0x2E }
      var word = UInt64.random(in: 0...(.max), using: &random)
      for (index, byte) in bytes.enumerated() {
        word = word & ~(0xFF << UInt64(8 * index)) | UInt64(byte) << UInt64(8 * index)
      }
      guard let dosage = ShortDosage.value(word, length: length) else { continue }
      let general = bytes.withUnsafeBytes { parseDouble($0) }.map { Float($0) }
      if dosage != general { Issue.record("\(bytes): \(dosage), not \(general ?? .nan)") }
    }
  }
}
