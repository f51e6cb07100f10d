import Foundation
import Testing

/// How `fit` writes what is out of the ordinary.
@Suite struct FitOutputTests {
  /// 16 patients with two pairs of visits whose deviations cancel within patients: their variance is 0.
  private func writeBalanced(in folder: ScratchFolder) throws {
    let rows = (0..<64).map { row in
      let (patient, visit) = (row / 4, row % 4)
      let size = 1 + Double((patient * 5 + visit / 2 * 3) % 7) / 4
      return "\(10 + (visit % 2 == 0 ? size : -size)),\(visit),\"p\t\(patient)\""
    }
    try folder.write(ids: ["y,visit,patient"] + rows, to: "data.csv")
  }

  @Test func `a variance of 0 is shown as such and its test has a p-value of 1`() throws {
    let folder = try ScratchFolder()
    try writeBalanced(in: folder)
    let result = try Command.slopeqtl(
      ["fit", "data.csv", "--formula", "y ~ 1 + (1 | patient)", "--variance-tests"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    let variance = try #require(lines.first { $0.hasPrefix(" patient") })
    #expect(variance.split(separator: " ").suffix(2) == ["0.000", "0.000"])
    let test = try #require(lines.first { $0.hasPrefix("(Intercept) | patient") })
    #expect(test.split(separator: " ").last == "1.000")
  }

  @Test func `labels with tabs stand in quotes and are read again`() throws {
    let folder = try ScratchFolder()
    try writeBalanced(in: folder)
    let flags = ["--formula", "y ~ visit + (1 | patient)", "--quiet"]
    let first = try Command.slopeqtl(
      [
        "fit", "data.csv", "--blups", "blups.tsv", "--predict", "data.csv", "--predictions",
        "one.tsv",
      ]
        + flags, in: folder)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(try folder.lines("blups.tsv")[1].hasPrefix("patient\t\"p\t0\"\t(Intercept)\t"))
    let second = try Command.slopeqtl(
      ["fit", "data.csv", "--predict", "one.tsv", "--predictions", "two.tsv"] + flags, in: folder)
    #expect(second.exitCode == 0, "\(second.errors)")
    let (one, two) = (try folder.lines("one.tsv"), try folder.lines("two.tsv"))
    #expect(one.count == 65 && two.count == 65)
    // The columns of the first, then those that it had added, again.
    for (before, after) in zip(one, two) {
      let added = before.split(separator: "\t").suffix(6).joined(separator: "\t")
      #expect(after == before + "\t" + added)
    }
  }

  @Test func `names of groups with tabs stand in quotes among variance components`() throws {
    let folder = try ScratchFolder()
    let rows = (0..<40).map { row in "\((row * row * 31 + row * 17) % 23),\(row % 4),p\(row / 4)" }
    try folder.write(ids: ["y,visit,\"p\tid\""] + rows, to: "data.csv")
    let result = try Command.slopeqtl(
      ["fit", "data.csv", "--formula", "y ~ 1 + (1 | `p\tid`)", "--components", "parts.tsv"],
      in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(try folder.lines("parts.tsv")[1].hasPrefix("\"`p\tid`\"\tNA\t(Intercept)\tNA\t"))
  }
}
