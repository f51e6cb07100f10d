import Foundation
import Testing

/// Where `fit` writes: files, pipes, and what symbolic links lead to.
@Suite struct OutputPathTests {
  private static let fit =
    "slopeqtl fit data.tsv --quiet --formula 'fev1 ~ time + (1 | patient)' --coefficients"

  private static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let made = try Command.shell(
      "slopeqtl simulate --scenario trial --out trial --donors 20 --quiet && mv trial.tsv data.tsv"
        + " && \(fit) plain.tsv", in: folder)
    try #require(made.exitCode == 0, "\(made.errors)")
    return folder
  }

  @Test func `a pipe is written to and stays a pipe`() throws {
    let folder = try Self.folder()
    let result = try Command.shell(
      "mkfifo pipe; cat pipe > got.tsv & \(Self.fit) pipe; wait; test -p pipe && cmp got.tsv plain.tsv",
      in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `the file that a link leads to is written, and the link stays`() throws {
    let folder = try Self.folder()
    let result = try Command.shell(
      "mkdir far; echo old > far/target.tsv; ln -s far/target.tsv link.tsv; \(Self.fit) link.tsv; "
        + "test -L link.tsv && cmp far/target.tsv plain.tsv", in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `standard output may be named as a device`() throws {
    let folder = try Self.folder()
    let result = try Command.shell("\(Self.fit) /dev/stdout | cmp - plain.tsv", in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `tables of a simulation do not replace a pipe`() throws {
    let folder = try ScratchFolder()
    let result = try Command.shell(
      "mkfifo trial.tsv; slopeqtl simulate --scenario trial --out trial --quiet; code=$?; "
        + "test -p trial.tsv && exit $code", in: folder)
    #expect(result.exitCode == 73)
    #expect(result.missing(["trial.tsv", "is a pipe or a device"]) == [], "\(result.errors)")
  }

  @Test func `labels that are one number are two levels`() throws {
    let folder = try ScratchFolder()
    var rows = "id\tx\ty\n"
    for (place, subject) in ["1", "01", "2", "3", "4", "5", "6"].enumerated() {
      for x in 0..<3 {
        rows += "\(subject)\t\(x)\t\(5 * ((3 * place) % 7) + x + (7 * x + place) % 3)\n"
      }
    }
    try folder.write(rows, to: "data.tsv")
    let fit = try FitReport.run("data.tsv", ["--formula", "y ~ x + (1 | id)"], in: folder)
    #expect(fit.groups["id"] == 7)
    try folder.write("id\tx\n1\t1\n01\t1\n", to: "new.tsv")
    let result = try Command.slopeqtl(
      [
        "fit", "data.tsv", "--formula", "y ~ x + (1 | id)", "--quiet", "--predict", "new.tsv",
        "--predictions", "out.tsv", "--blups", "blups.tsv",
      ], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let predicted = try ResultTable(path: folder.path("out.tsv")).rows
    #expect(predicted[0]["fitted"] != predicted[1]["fitted"])
    let levels = try ResultTable(path: folder.path("blups.tsv")).rows.map { $0["level"] }
    #expect(Set(levels) == ["1", "01", "2", "3", "4", "5", "6"])
  }
}
