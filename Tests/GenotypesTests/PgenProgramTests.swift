import BlockGzip
import Foundation
import TestSupport
import Testing

@testable import Genotypes

/// File sets that plink2 makes of a VCF are read as the VCF is.
@Suite(.enabled(if: Plink2.path != nil, "plink2 is not here"))
struct PgenProgramTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Neighbouring variants resemble each other, some with their alleles swapped, so that all ways
  /// of storing calls are used.
  private static func calls(
    donors: Int, variants: Int, alternates: Int, _ random: inout VCFTwinTests.Generator
  ) -> [[(Int, Int)?]] {
    var rows: [[(Int, Int)?]] = []
    for index in 0..<variants {
      let kind = index % 8
      rows.append(
        (0..<donors).map { donor in
          if kind == 5 || Int.random(in: 0..<50, using: &random) == 0 { return nil }
          if index > 0, kind == 1 || kind == 2 || kind == 6,
            Int.random(in: 0..<40, using: &random) > 0
          {
            guard let before = rows[index - 1][donor] else { return nil }
            return kind == 1 ? before : (max(0, 1 - before.0), max(0, 1 - before.1))
          }
          if kind == 3, Int.random(in: 0..<20, using: &random) > 0 { return (0, 0) }
          if kind == 4, Int.random(in: 0..<20, using: &random) > 0 { return (1, 1) }
          if kind == 7 { return Bool.random(using: &random) ? (0, 1) : (0, 0) }
          return (
            Int.random(in: 0...alternates, using: &random),
            Int.random(in: 0...alternates, using: &random)
          )
        })
    }
    return rows
  }

  private func text(_ donors: Int, alternates: Int, phased: Bool, seed: UInt64) -> String {
    var random = VCFTwinTests.Generator(state: seed)
    let rows = Self.calls(
      donors: donors, variants: 80, alternates: alternates, &random)
    return vcf(
      donors: (0..<donors).map { "D\($0)" },
      rows.enumerated().map { index, row in
        let calls = row.map { call -> String in
          guard let call else { return "./." }
          let isPhased = phased && Int.random(in: 0..<3, using: &random) > 0
          return "\(call.0)\(isPhased ? "|" : "/")\(call.1)"
        }
        let names = PgenFixture.alternates(alternates).joined(separator: ",")
        return "\(index < 50 ? 1 : 2) \(10 * index + 10) v\(index) T \(names) . . . GT "
          + calls.joined(separator: " ")
      })
  }

  /// The types of all records of a file.
  private func types(_ name: String, count: Int) throws -> [UInt8] {
    let file = try BinaryFile(path: folder.path(name))
    var index = try PgenIndex(file, header: PgenHeader(file))
    return try (0..<count).map { try index.place(of: $0).type }
  }

  /// Reads both and expects the same variants and dosages of all donors and of some.
  private func expectSame(_ prefix: String, _ vcf: String, field: DosageField?) throws {
    for isWhole in [true, false] {
      let right = try GenotypeFile.open(path: vcf, field: field, selection: VariantSelection())
      let left = try GenotypeInput.pfile(folder.path(prefix)).open(
        field: field, selection: VariantSelection())
      #expect(left.donorIDs == right.donorIDs)
      if !isWhole {
        let some = left.donorIDs.indices.filter { $0 % 3 != 0 }.reversed()
        left.select(donors: Array(some))
        right.select(donors: Array(some))
      }
      #expect(try readAll(left) == readAll(right))
    }
  }

  @Test(arguments: [3, 64, 255, 300, 1001], [1, 2, 3, 7, 20])
  func `called genotypes, phased or not`(donors: Int, alternates: Int) throws {
    var kinds: Set<UInt8> = []
    for phased in [false, true] {
      let text = text(donors, alternates: alternates, phased: phased, seed: UInt64(donors))
      let vcf = try folder.write(text, to: "text.vcf")
      try Plink2.run("--vcf text.vcf --make-pgen vzs --out NEW", in: folder)
      try expectSame("NEW", vcf, field: .gt)
      kinds.formUnion(try types("NEW.pgen", count: 80))
    }
    if donors >= 300, alternates == 1 {
      #expect(Set(kinds.map { $0 & 7 }).isSuperset(of: [0, 1, 2, 3, 4, 6, 7]))
      #expect(kinds.contains { $0 & 0x10 != 0 })
    }
    #expect(kinds.contains { $0 & 8 != 0 } == (alternates > 1))
  }

  @Test(arguments: [3, 300], [false, true])
  func `dosages, also those of haplotypes`(donors: Int, phased: Bool) throws {
    var random = VCFTwinTests.Generator(state: 6)
    // Dosages are stored in units of 1/16384: numbers of that grid come back as they were.
    func part(_ share: Int) -> Int {
      share > 1 && Int.random(in: 0..<3, using: &random) == 0
        ? [0, 16384].randomElement(using: &random) ?? 0
        : Int.random(in: 1..<8192, using: &random)
    }
    let records = (0..<60).map { index in
      let share = [1, 10, 60][index % 3]
      let row = (0..<donors).map { _ -> String in
        if share > 1, Int.random(in: 0..<30, using: &random) == 0 {
          return phased ? ".|.:.:." : "./.:."
        }
        let isCalled = Int.random(in: 0..<share, using: &random) > 0
        let one = isCalled ? 0 : part(share)
        let two = isCalled ? 16384 : part(share)
        let call = "\(one > 8192 ? 1 : 0)|\(two > 8192 ? 1 : 0):\(Double(one + two) / 16384)"
        return phased ? call + ":\(Double(one) / 16384),\(Double(two) / 16384)" : call
      }
      return "1 \(10 * index + 10) v\(index) A G . . . GT:DS\(phased ? ":HDS" : "") "
        + row.joined(separator: " ")
    }
    let fields = [("GT", "1", "String"), ("DS", "A", "Float"), ("HDS", ".", "Float")].map {
      "##FORMAT=<ID=\($0.0),Number=\($0.1),Type=\($0.2),Description=\"x\">\n"
    }
    var text = vcf(donors: (0..<donors).map { "D\($0)" }, records)
    text.replace("##fileformat=VCFv4.2\n", with: "##fileformat=VCFv4.2\n" + fields.joined())
    let path = try folder.write(text, to: "text.vcf")
    try Plink2.run(
      "--vcf text.vcf dosage=\(phased ? "HDS" : "DS") --make-pgen --out NEW", in: folder)
    try expectSame("NEW", path, field: nil)
    let types = try types("NEW.pgen", count: 60)
    #expect(types.contains { $0 & 0x60 != 0 })
    if donors == 300 {
      #expect(Set(types.map { $0 & 0x60 }).isSuperset(of: [0x20, 0x40, 0x60]))
      #expect(!phased || types.contains { $0 & 0x80 != 0 })
    }
    // A file without dosages has the calls.
    try Plink2.run("--pfile NEW --make-pgen erase-dosage --out CALLS", in: folder)
    let calls = try readAll(
      GenotypeInput.pfile(folder.path("CALLS")).open(field: nil, selection: VariantSelection()))
    let same = try readAll(
      GenotypeInput.pfile(folder.path("NEW")).open(field: .gt, selection: VariantSelection()))
    #expect(calls == same)
  }

  @Test func `storage mode 2 and PLINK 1 files`() throws {
    let vcf = try folder.write(
      text(101, alternates: 1, phased: false, seed: 3), to: "text.vcf")
    try Plink2.run("--vcf text.vcf --make-pgen format=2 --out NEW", in: folder)
    try expectSame("NEW", vcf, field: nil)
    try Plink2.run("--vcf text.vcf --make-bpgen --out OLD", in: folder)
    // PLINK 1's tables under the names of PLINK 2's.
    try Plink2.run("--bpfile OLD --make-bed --out BED", in: folder)
    for (name, other) in [(".bim", ".pvar"), (".fam", ".psam"), (".bed", ".pgen")] {
      let file = try Data(contentsOf: folder.url.appendingPathComponent("BED" + name))
      _ = try folder.write(file, to: "MIXED" + other)
    }
    try expectSame("MIXED", vcf, field: nil)
  }
}
