import Foundation

/// A scan and the page that `slopeqtl report` makes of it.
struct ReportedScan {
  let folder: ScratchFolder
  let page: ReportHTML

  /// Scans files that lie in a folder to `scan` and writes `scan.html`.
  init(
    _ flags: [String], inputs: [String] = CohortFiles.inputs, in folder: ScratchFolder
  ) throws {
    self.folder = folder
    for arguments in [
      ["scan"] + inputs + flags + ["--out", "scan", "--quiet"],
      ["report", "scan", "--out", "scan.html", "--quiet"],
    ] {
      let result = try Command.slopeqtl(arguments, in: folder)
      guard result.exitCode == 0 else { throw CohortFiles.Failure(text: result.errors) }
    }
    page = try ReportHTML(path: folder.path("scan.html"))
  }

  /// Scans a cohort in a folder of its own, all of its pairs.
  init(_ cohort: CohortFiles, _ flags: [String] = []) throws {
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try self.init(CohortFiles.everyPair + flags, in: folder)
  }

  /// The first genes of a reference cohort.
  static func small(
    _ name: String = "cohort_small", genes: Int = 2
  ) throws -> CohortFiles {
    var cohort = try CohortFiles(reference: name)
    cohort.bed = Array(cohort.bed.prefix(1 + genes))
    return cohort
  }

  /// The scan's table of genes.
  var genes: ResultTable { get throws { try ResultTable(path: folder.path("scan.genes.tsv.gz")) } }
}
