import Foundation
import Testing

/// Rows to predict that the model has not seen the subject or the centre of: which rows may move which.
@Suite struct FitNewRowTests {
  private static let header = "y\ttime\tcentre\tsubject"

  /// 6 centres of 5 subjects with 6 visits, residuals by a fixed rule.
  private func writeData(in folder: ScratchFolder) throws {
    let rows = (0..<180).map { row in
      let (subject, time) = (row / 6, row % 6)
      let level = Double((subject / 5 * 29) % 11) / 5 + Double((subject * 37) % 17) / 10
      let slope = Double((subject * 13) % 7) / 20
      let residual = Double((row * row * 31 + row * 17) % 23) / 20
      return "\(3 + level + slope * Double(time) + residual)\t\(time)\tc\(subject / 5)\ts\(subject)"
    }
    try folder.write(ids: [Self.header] + rows, to: "data.tsv")
  }

  /// Predictions of rows `y time centre subject`.
  private func predictions(
    of rows: [String], _ flags: [String], in folder: ScratchFolder
  ) throws -> [ResultTable.Row] {
    try folder.write(ids: [Self.header] + rows, to: "new.tsv")
    let result = try Command.slopeqtl(
      ["fit", "data.tsv", "--quiet", "--predict", "new.tsv", "--predictions", "result.tsv"] + flags,
      in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    return try ResultTable(path: folder.path("result.tsv")).rows
  }

  /// The same sums in another order: apart by rounding alone.
  private func expectSame(_ one: [ResultTable.Row], _ two: [ResultTable.Row]) {
    #expect(!one.isEmpty && one.count == two.count)
    for (index, (a, b)) in zip(one, two).enumerated() {
      for column in ["fitted", "se", "lower", "upper", "lower_new", "upper_new"] {
        expectNear(
          a.number(column), b.number(column), relative: 1e-10, "\(column) of row \(index + 1)")
      }
    }
  }

  @Test func `rows of a new level that nothing is known of do not depend on each other`() throws {
    let folder = try ScratchFolder()
    try writeData(in: folder)
    let model = ["--formula", "y ~ time + (1 + time | subject) + (1 | centre)"]
    let rows = ["NA\t6\tnew\ts1", "NA\t7\tnew\ts8", "NA\t7\tnew\tn1", "NA\t8\tnew\tn1"]
    let together = try predictions(of: rows, model, in: folder)
    let apart = try rows.flatMap { try predictions(of: [$0], model, in: folder) }
    expectSame(together, apart)
    // A measurement of the centre moves all of them.
    let informed = try predictions(of: rows + ["9\t0\tnew\tn2"], model, in: folder)
    for (a, b) in zip(together, informed) {
      #expect(b.number("fitted") > a.number("fitted") + 0.01)
    }
  }

  @Test func `residuals of different subjects of one new centre are independent`() throws {
    let folder = try ScratchFolder()
    try writeData(in: folder)
    let model = [
      "--formula", "y ~ 1 + (1 | centre/subject)", "--residual-variance", "ar1:time",
    ]
    let own = ["8\t0\tnew\tn1", "8.5\t1\tnew\tn1", "NA\t5\tnew\tn1"]
    let near = try predictions(
      of: own + ["4\t0\tnew\tn2", "4.2\t1\tnew\tn2"], model, in: folder)
    // Nothing but the correlation within a subject depends on time.
    let far = try predictions(
      of: own + ["4\t100\tnew\tn2", "4.2\t101\tnew\tn2"], model, in: folder)
    expectSame(Array(near.prefix(3)), Array(far.prefix(3)))
  }

  @Test func `questions about other times leave the mean of a new subject as it is`() throws {
    let folder = try ScratchFolder()
    try writeData(in: folder)
    let model = ["--formula", "y ~ within(time) + (1 + within(time) | subject)"]
    let rows = ["6\t0\tc1\tn1", "7\t2\tc1\tn1"]
    let plain = try predictions(of: rows + ["NA\t4\tc1\tn1"], model, in: folder)
    let asked = try predictions(
      of: rows + ["NA\t4\tc1\tn1"],
      model + [
        "--exceed", "6 at time = 50", "--schedule", "visits.tsv", "--next-visit",
        "\(plain[2].number("fitted")), risk = 0.5, time = time, until = 9",
      ], in: folder)
    expectSame(plain, Array(asked.prefix(3)))
    #expect(asked.count == 4)
    // The risk is a half where the prediction is the threshold.
    let visit = try #require(try ResultTable(path: folder.path("visits.tsv")).rows.first)
    #expect(visit["status"] == "due")
    #expect(abs(visit.number("time") - 4) < 1e-5)
  }
}
