import Foundation
import Testing

/// A simulated cohort of so many samples that few genes are more than a scan keeps in memory.
struct LargeExpression {
  /// Genes of 4,000 samples whose values take more than the 8 MiB that stay in memory.
  static let genesInFile = 300

  let folder: ScratchFolder
  private let samples: [String]

  init() throws {
    folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "400", "--times", "10", "--genes", "1",
        "--variants", "20", "--seed", "5", "--quiet",
      ], in: folder)
    try #require(made.exitCode == 0)
    let sheet = try folder.lines("cohort.samples.tsv")
    samples = sheet.dropFirst().map { String($0.prefix { $0 != "\t" }) }
    try #require(samples.count == 4000)
  }

  /// Writes an expression file with genes G0, G1, …, all at the start of the chromosome.
  ///
  /// - Returns: its name.
  func write(genes: Int) throws -> String {
    let name = "expression\(genes).bed"
    try folder.write("", to: name)
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
    try file.write(
      contentsOf: Data("#chr\tstart\tend\tid\t\(samples.joined(separator: "\t"))\n".utf8))
    for gene in 0..<genes {
      let values = samples.indices.map { "\t\(($0 * ($0 + gene)) % 197)" }
      try file.write(contentsOf: Data("chr1\t1000\t1001\tG\(gene)\(values.joined())\n".utf8))
    }
    try file.close()
    return name
  }
}
