import Foundation
import TestSupport

@testable import Genotypes

/// A PLINK file set made of called genotypes, for tests.
struct PlinkFixture {
  /// Effect alleles of every donor, variant by variant; nil where missing.
  var calls: [[Int?]]
  var donors: [String]
  /// Chromosome, position, id, A2 and A1 of every variant.
  var sites: [(chromosome: String, position: Int, id: String, reference: String, effect: String)]

  /// Variants of alleles A and G, ten bases apart on chromosome 1.
  init(_ calls: [[Int?]]) {
    self.calls = calls
    donors = (0..<(calls.first?.count ?? 0)).map { "D\($0)" }
    sites = calls.indices.map { ("1", 10 * ($0 + 1), "v\($0)", "A", "G") }
  }

  /// Random variants; a twentieth of the calls is missing.
  init(random seed: UInt64, donors: Int, variants: Int) {
    var random = VCFTwinTests.Generator(state: seed)
    self.init(
      (0..<variants).map { _ in
        (0..<donors).map { _ in
          Int.random(in: 0..<20, using: &random) == 0 ? nil : Int.random(in: 0...2, using: &random)
        }
      })
    for index in sites.indices {
      sites[index].chromosome = index < variants / 3 ? "chr2" : "X"
      if index % 5 == 0 { sites[index].id = "." }
      if index % 7 == 0 { sites[index].effect = "GATTACA" }
    }
  }

  /// PLINK 1's codes of two bits, four donors in a byte.
  var bedBytes: [UInt8] {
    [0x6C, 0x1B, 0x01] + calls.flatMap { row in Self.packed(row, codes: [3, 2, 0], missing: 1) }
  }

  static func packed(_ row: [Int?], codes: [UInt8], missing: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (row.count + 3) / 4)
    for (donor, call) in row.enumerated() {
      bytes[donor / 4] |= (call.map { codes[$0] } ?? missing) << UInt8(2 * (donor % 4))
    }
    return bytes
  }

  var bimText: String {
    sites.map { "\($0.chromosome)\t\($0.id)\t0\t\($0.position)\t\($0.effect)\t\($0.reference)\n" }
      .joined()
  }

  var famText: String { donors.map { "F\($0) \($0) 0 0 2 -9\n" }.joined() }

  var vcfText: String {
    vcf(
      donors: donors,
      zip(sites, calls).map { site, row in
        "\(site.chromosome) \(site.position) \(site.id) \(site.reference) \(site.effect) . . . GT "
          + row.map { $0.map { ["0/0", "0/1", "1/1"][$0] } ?? "./." }.joined(separator: " ")
      })
  }

  /// Writes `NAME.bed`, `.bim` and `.fam`, and returns the prefix.
  func writeBed(to folder: TemporaryFolder, name: String = "set") throws -> String {
    _ = try folder.write(bedBytes, to: name + ".bed")
    _ = try folder.write(bimText, to: name + ".bim")
    _ = try folder.write(famText, to: name + ".fam")
    return folder.path(name)
  }
}

/// plink2, for tests that use it where it is installed.
enum Plink2 {
  static let path = ["/usr/bin/plink2", "/usr/local/bin/plink2"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Runs it in a folder; its log goes to `NEW.log` there.
  static func run(_ arguments: String, in folder: TemporaryFolder) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "plink2")
    process.arguments = arguments.split(separator: " ").map(String.init) + ["--threads", "1"]
    process.currentDirectoryURL = folder.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    struct Failure: Error { var arguments: String }
    guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
  }
}
