import Foundation
import Testing

/// Generalised models of one meaning that are written in two ways, and closed forms.
@Suite struct GeneralizedEquivalenceTests {
  private static let crossed = "correct ~ condition + (1 + condition | subject) + (1 | item)"
  private static let counts = "flares ~ time * arm + (1 + time | patient)"

  private func stored(_ name: String) -> String {
    GeneralizedModel.folder.appendingPathComponent(name).path
  }

  /// A table of the reference, with its columns changed row by row.
  private func write(
    _ name: String, in folder: ScratchFolder, as copy: String = "data.tsv",
    _ change: ([[String: String]]) -> [[String: String]]
  ) throws {
    let rows = change(try ResultTable(path: stored(name)).rows.map(\.cells))
    let names = try #require(rows.first).keys.sorted()
    try folder.write(
      ids: [names.joined(separator: "\t")]
        + rows.map { row in names.map { row[$0, default: "NA"] }.joined(separator: "\t") },
      to: copy)
  }

  private func expectSame(
    _ one: GeneralizedReport, _ two: GeneralizedReport, scale: [String: Double] = [:]
  ) throws {
    // Optima are found until no step is worth 1e-9 in deviance, 3e-5 of a standard error.
    #expect(abs(one.deviance - two.deviance) < 1e-8 * abs(one.deviance))
    #expect(one.fixedEffects.count == two.fixedEffects.count)
    for a in one.fixedEffects {
      let b = try two.effect(a.term)
      let unit = scale[a.term] ?? 1
      #expect(abs(a.estimate - unit * b.estimate) < 1e-4 * a.se, "\(a.term)")
      expectNear(unit * b.se, a.se, relative: 1e-4, "SE of \(a.term)")
      #expect(abs(try #require(a.statistic) - (try #require(b.statistic))) < 1e-3, "z of \(a.term)")
    }
  }

  @Test func `the order of rows and the names of levels do not matter`() throws {
    let folder = try ScratchFolder()
    let plain = try GeneralizedReport.run(
      stored("responses.tsv"), Self.crossed, "binomial", in: folder)
    try write("responses.tsv", in: folder) { rows in
      rows.reversed().map { row in
        var row = row
        row["subject"] = String(row["subject", default: ""].reversed())
        return row
      }
    }
    try expectSame(plain, GeneralizedReport.run("data.tsv", Self.crossed, "binomial", in: folder))
  }

  @Test(arguments: [1e-3, 1e4])
  func `the unit of time changes nothing but its coefficients`(_ unit: Double) throws {
    let folder = try ScratchFolder()
    let flags = ["--offset", "log_months"]
    let plain = try GeneralizedReport.run(
      stored("counts.tsv"), Self.counts, "poisson", flags, in: folder)
    try write("counts.tsv", in: folder) { rows in
      rows.map { row in
        var row = row
        row["time"] = "\((Double(row["time", default: ""]) ?? .nan) * unit)"
        return row
      }
    }
    let other = try GeneralizedReport.run("data.tsv", Self.counts, "poisson", flags, in: folder)
    try expectSame(plain, other, scale: ["time": unit, "time:armtreated": unit])
  }

  @Test func `another reference level turns the sign of its coefficient`() throws {
    let folder = try ScratchFolder()
    let (one, two) = (
      try GeneralizedReport.run(stored("responses.tsv"), Self.crossed, "binomial", in: folder),
      try GeneralizedReport.run(
        stored("responses.tsv"), Self.crossed, "binomial", ["--reference", "condition=hard"],
        in: folder)
    )
    #expect(abs(one.deviance - two.deviance) < 1e-7)
    let (a, b) = (try one.effect("conditionhard"), try two.effect("conditioneasy"))
    #expect(abs(a.estimate + b.estimate) < 1e-4 * a.se)
    expectNear(b.se, a.se, relative: 1e-4, "SE")
  }

  @Test func `success and failure change places with their levels`() throws {
    let folder = try ScratchFolder()
    let one = try GeneralizedReport.run(
      stored("responses.tsv"), Self.crossed, "binomial", in: folder)
    #expect(one.success == "yes")
    try write("responses.tsv", in: folder) { rows in
      rows.map { row in
        var row = row
        row["correct"] = row["correct"] == "yes" ? "1" : "2"
        return row
      }
    }
    let two = try GeneralizedReport.run(
      "data.tsv", Self.crossed.replacingOccurrences(of: "correct", with: "factor(correct)"),
      "binomial", in: folder)
    #expect(two.success == "2")
    #expect(abs(one.deviance - two.deviance) < 1e-7)
    for (a, b) in zip(one.fixedEffects, two.fixedEffects) {
      #expect(abs(a.estimate + b.estimate) < 1e-4 * a.se, "\(a.term)")
    }
  }

  @Test(arguments: [1, 9])
  func `successes and failures, proportions of trials and single trials are one model`(
    _ nodes: Int
  ) throws {
    let folder = try ScratchFolder()
    let agq = ["--agq", "\(nodes)"]
    let random = " ~ condition + (1 | subject)"
    let pairs = try GeneralizedReport.run(
      stored("shares.tsv"), "cbind(right, wrong)" + random, "binomial", agq, in: folder)
    let shares = try GeneralizedReport.run(
      stored("shares.tsv"), "share" + random, "binomial", agq + ["--weights", "trials"], in: folder)
    try expectSame(pairs, shares)
    let single = try GeneralizedReport.run(
      stored("responses.tsv"), "correct" + random, "binomial", agq, in: folder)
    // What totals have beside their trials: 2 Σ log C(n, k).
    let ways = try ResultTable(path: stored("shares.tsv")).rows.reduce(0.0) { sum, row in
      let (n, k) = (row.number("trials"), row.number("right"))
      return sum + 2 * (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1))
    }
    #expect(abs(single.deviance - ways - pairs.deviance) < 1e-7)
    for (a, b) in zip(pairs.fixedEffects, single.fixedEffects) {
      #expect(abs(a.estimate - b.estimate) < 1e-4 * a.se, "\(a.term)")
      expectNear(b.se, a.se, relative: 1e-4, "SE of \(a.term)")
    }
    #expect(single.dispersion == nil && pairs.dispersion != nil)
  }

  @Test func `twice the exposure takes log 2 from the intercept`() throws {
    let folder = try ScratchFolder()
    let flags = ["--offset", "log_months"]
    let plain = try GeneralizedReport.run(
      stored("counts.tsv"), Self.counts, "poisson", flags, in: folder)
    try write("counts.tsv", in: folder) { rows in
      rows.map { row in
        var row = row
        row["log_months"] = "\((Double(row["log_months", default: ""]) ?? .nan) + log(2.0))"
        return row
      }
    }
    let double = try GeneralizedReport.run("data.tsv", Self.counts, "poisson", flags, in: folder)
    #expect(abs(plain.deviance - double.deviance) < 1e-7)
    for (a, b) in zip(plain.fixedEffects, double.fixedEffects) {
      let shift = a.term == "(Intercept)" ? log(2.0) : 0
      #expect(abs(a.estimate - b.estimate - shift) < 1e-4 * a.se, "\(a.term)")
    }
  }

  @Test func `bars in two are uncorrelated terms, and factors need no intercept`() throws {
    let folder = try ScratchFolder()
    let path = stored("counts.tsv")
    let flags = ["--offset", "log_months"]
    let bars = try GeneralizedReport.run(
      path, "flares ~ time + (1 + time || patient)", "poisson", flags, in: folder)
    let terms = try GeneralizedReport.run(
      path, "flares ~ time + (1 | patient) + (0 + time | patient)", "poisson", flags, in: folder)
    try expectSame(bars, terms)
    let with = try GeneralizedReport.run(
      path, "flares ~ arm + (1 | patient)", "poisson", flags, in: folder)
    let without = try GeneralizedReport.run(
      path, "flares ~ 0 + arm + (1 | patient)", "poisson", flags, in: folder)
    #expect(abs(with.deviance - without.deviance) < 1e-7)
    let sum = try with.effect("(Intercept)").estimate + with.effect("armtreated").estimate
    let treated = try without.effect("armtreated")
    #expect(abs(sum - treated.estimate) < 1e-4 * treated.se)
  }

  @Test func `a likelihood-ratio test is the difference of two fits`() throws {
    let folder = try ScratchFolder()
    let path = stored("responses.tsv")
    let full = try GeneralizedReport.run(path, Self.crossed, "binomial", ["--lrt"], in: folder)
    let reduced = try GeneralizedReport.run(
      path, "correct ~ 1 + (1 + condition | subject) + (1 | item)", "binomial", in: folder)
    let test = try #require(full.likelihoodRatioTests?.first)
    #expect(abs(test.statistic - (reduced.deviance - full.deviance)) < 1e-6)
    // χ² of one degree of freedom: erfc(√(x/2)).
    expectNear(test.p, erfc((test.statistic / 2).squareRoot()), relative: 1e-9, "p")
  }

  @Test func `one node is Laplace's approximation`() throws {
    let folder = try ScratchFolder()
    let formula = "correct ~ condition + (1 | subject)"
    let (one, two) = (
      try GeneralizedReport.run(stored("responses.tsv"), formula, "binomial", in: folder),
      try GeneralizedReport.run(
        stored("responses.tsv"), formula, "binomial", ["--agq", "1"], in: folder)
    )
    #expect(one.deviance == two.deviance && one.approximation == "laplace")
    #expect(one.fixedEffects.map(\.se) == two.fixedEffects.map(\.se))
  }
}
