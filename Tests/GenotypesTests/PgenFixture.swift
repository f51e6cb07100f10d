import Foundation
import TestSupport

/// A PLINK 2 file set of records given as bytes, for tests; written from the specification.
struct PgenFixture {
  struct Record {
    var type: UInt8
    var bytes: [UInt8]
    var alternateCount = 1
  }

  var donors: [String]
  var records: [Record]

  init(donorCount: Int, records: [Record]) {
    donors = (0..<donorCount).map { "D\($0)" }
    self.records = records
  }

  /// ALT alleles of any count: A, AA, AAA and so on would be long, so numbers in base C, G, T.
  static func alternates(_ count: Int) -> [String] {
    (0..<count).map { index in
      "T" + String(index, radix: 2).map { $0 == "0" ? "C" : "G" }.joined()
    }
  }

  func site(_ index: Int) -> String {
    let alternates = Self.alternates(records[index].alternateCount).joined(separator: ",")
    return "\(index < 70_000 ? "1" : "2")\t\(10 * index + 10)\tv\(index)\tT\t\(alternates)"
  }

  /// A whole `.pgen` of records of different widths.
  func pgenBytes(alleleCountSize: Int = 1) -> [UInt8] {
    let lengthSize = records.allSatisfy { $0.bytes.count < 0x1_0000 } ? 2 : 4
    let isNarrow = records.allSatisfy { $0.type < 16 }
    let starts = Array(stride(from: 0, to: records.count, by: 1 << 16))
    let blocks = starts.map { Array(records[$0..<min(records.count, $0 + 1 << 16)]) }
    let heads: [[UInt8]] = blocks.map { block in
      PlinkBits.packed(block.map { Int($0.type) }, width: isNarrow ? 4 : 8)
        + PlinkBits.packed(block.map(\.bytes.count), width: 8 * lengthSize)
        + PlinkBits.packed(block.map { $0.alternateCount + 1 }, width: 8 * alleleCountSize)
    }
    let form = UInt8((isNarrow ? 0 : 4) | (lengthSize - 1) | alleleCountSize << 4 | 1 << 6)
    var offset = 12 + 8 * blocks.count + heads.reduce(0) { $0 + $1.count }
    var offsets: [UInt8] = []
    for block in blocks {
      offsets += PlinkBits.packed([offset], width: 64)
      offset += block.reduce(0) { $0 + $1.bytes.count }
    }
    return Self.start(mode: 0x10, variants: records.count, donors: donors.count, form: form)
      + offsets + heads.joined() + records.flatMap(\.bytes)
  }

  /// The twelve bytes that every `.pgen` of PLINK 2's own modes starts with.
  static func start(mode: UInt8, variants: Int, donors: Int, form: UInt8) -> [UInt8] {
    [0x6C, 0x1B, mode] + PlinkBits.packed([variants, donors], width: 32) + [form]
  }

  /// Writes `NAME.pgen`, `.pvar` and `.psam`, and returns the prefix.
  func write(
    to folder: TemporaryFolder, name: String = "set", bytes: [UInt8]? = nil
  ) throws -> String {
    _ = try folder.write(bytes ?? pgenBytes(), to: name + ".pgen")
    _ = try folder.write(
      "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tINFO\n"
        + records.indices.map { site($0) + "\tAN=1;PR\n" }.joined(), to: name + ".pvar")
    _ = try folder.write(
      "#IID\tSEX\n" + donors.map { "\($0)\tNA\n" }.joined(), to: name + ".psam")
    return folder.path(name)
  }
}

/// Packed numbers and lists as the specification has them.
enum PlinkBits {
  /// Numbers of `width` bits, the first in the lowest ones.
  static func packed(_ values: [Int], width: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (values.count * width + 7) / 8)
    for (index, value) in values.enumerated() {
      for bit in 0..<width where value >> bit & 1 == 1 {
        bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
      }
    }
    return bytes
  }

  static func flags(_ values: [Bool]) -> [UInt8] { packed(values.map { $0 ? 1 : 0 }, width: 1) }

  /// A number in base 128.
  static func number(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + number(value >> 7)
  }

  /// A list of donors with a code for each, or without codes.
  static func list(_ donors: [Int], codes: [Int]? = nil, donorCount: Int) -> [UInt8] {
    guard !donors.isEmpty else { return [0] }
    let width = donorCount <= 256 ? 8 : donorCount <= 65536 ? 16 : 24
    let groups = stride(from: 0, to: donors.count, by: 64).map {
      Array(donors[$0..<min(donors.count, $0 + 64)])
    }
    let differences = groups.map { group in
      zip(group.dropFirst(), group).flatMap { number($0 - $1) }
    }
    return number(donors.count) + packed(groups.map { $0[0] }, width: width)
      + differences.dropLast().map { UInt8($0.count - 63) }
      + (codes.map { packed($0, width: 2) } ?? []) + differences.joined()
  }
}
