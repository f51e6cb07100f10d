import Foundation
import Testing

/// Flags that choose the model and the inference.
@Suite struct ModelFlagTests {
  private let exact = CohortFiles.everyPair + ["--digits", "17"]

  @Test func `another time centre shifts the genotype effect alone`() throws {
    let cohort = try CohortFiles()
    // The mean of the times 0 to 15.
    let centre = 7.5
    let mean = try cohort.scan(exact)
    let moved = try cohort.scan(exact + ["--time-center", "2.25"])
    #expect(mean.rows.count == moved.rows.count)
    for (one, other) in zip(mean.rows, moved.rows) {
      let effect = one.number("b_gi")
      let error = one.number("b_gi_se")
      // Both optima are those of one criterion in two coordinates; theta agrees to about 1e-6.
      #expect(abs(other.number("deviance") - one.number("deviance")) <= 1e-6)
      #expect(abs(other.number("b_gi") - effect) <= 1e-6 * error)
      #expect(abs(other.number("b_gi_se") - error) <= 1e-5 * error)
      let shifted = one.number("b_g") + (2.25 - centre) * effect
      #expect(abs(other.number("b_g") - shifted) <= 1e-5 * one.number("b_g_se"))
    }
    #expect(try cohort.scan(exact + ["--time-center", "mean"]).lines == mean.lines)
    #expect(try cohort.scan(exact + ["--time-center", "7.5"]).lines == mean.lines)
    let first = try cohort.scan(exact + ["--time-center", "first"])
    #expect(try cohort.scan(exact + ["--time-center", "0"]).lines == first.lines)
  }

  @Test(arguments: [1e-6, 1e6])
  func `estimates scale with the units of expression`(_ unit: Double) throws {
    let cohort = try CohortFiles()
    var scaled = cohort
    for row in scaled.bed.indices.dropFirst() {
      for column in scaled.bed[row].indices.dropFirst(4) {
        scaled.bed[row][column] = "\((Double(scaled.bed[row][column]) ?? .nan) * unit)"
      }
    }
    expectSame(try cohort.scan(exact), try scaled.scan(exact), expression: unit, time: 1)
  }

  /// In years for weeks, in seconds for days, and with the calendar's years for the study's.
  @Test(arguments: [(1.0 / 52, 0.0), (86_400, 0), (1, 2_000)])
  func `estimates scale with the units of time`(_ unit: Double, _ origin: Double) throws {
    let cohort = try CohortFiles()
    var scaled = cohort
    for row in scaled.samples.indices.dropFirst() {
      scaled.samples[row][2] = "\((Double(scaled.samples[row][2]) ?? .nan) * unit + origin)"
    }
    expectSame(try cohort.scan(exact), try scaled.scan(exact), expression: 1, time: unit)
  }

  /// Slopes are per unit of time; tests do not know the units.
  private func expectSame(
    _ one: ResultTable, _ other: ResultTable, expression: Double, time: Double
  ) {
    #expect(one.rows.count == 120 && other.rows.count == 120)
    for (row, scaled) in zip(one.rows, other.rows) {
      // The optimiser stops where the criterion no longer changes, which leaves theta and all
      // that follows from it uncertain by about 1e-6 at worst; a tenth of that is asked for where p
      // is small. Other fits take their sums in single precision, whose rounding depends on units:
      // 6e-8 of a term, a hundred times that of what is left after covariates.
      let isExact = ReferenceComparison.isExact(row)
      let tolerance = isExact ? 1e-7 : 1e-5
      for (column, factor) in [
        ("b_g", expression), ("b_g_se", expression), ("b_gi", expression / time),
        ("b_gi_se", expression / time), ("stat_gi", 1), ("df_gi", 1), ("sd_residual", expression),
        ("sd_intercept", expression), ("sd_slope", expression / time),
      ] {
        let value = row.number(column) * factor
        // Near 0 an effect of the other fits is held to its SE.
        let error = row[column + "_se"].isEmpty ? factor : row.number(column + "_se") * factor
        let floor = isExact ? 0.01 * factor : error
        #expect(
          abs(scaled.number(column) - value) <= tolerance * max(abs(value), floor), "\(column)")
      }
      #expect(scaled["status"] == row["status"])
    }
  }

  @Test func `residual and infinite degrees of freedom change only the tails`() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let satterthwaite = try CohortFiles.scan(exact, in: folder)
    let leads = try ResultTable.leads(in: folder)
    // 19 donors × 16 times, less intercept, time, genotype, their product, and three covariates
    // and their products with time.
    let residual = try cohort.scan(exact + ["--df", "residual"])
    #expect(residual.rows.allSatisfy { $0["df_gi"] == "\(19 * 16 - 10)" })
    let infinite = try cohort.scan(exact + ["--df", "infinite"])
    for (row, one) in zip(infinite.rows, satterthwaite.rows) {
      #expect(row["df_gi"] == "Inf")
      let normal = erfc(abs(row.number("stat_gi")) / 2.0.squareRoot())
      // Both are good to the last digits of a double.
      #expect(abs(row.number("pval_gi") / normal - 1) <= 1e-12)
      // The other methods fit every pair exactly; so does Satterthwaite's where p is small and for
      // lead variants. For the rest the promise is 2e-3 in t (19 donors) and in the deviance.
      guard ReferenceComparison.isExact(one) || leads.contains(one.pair) else {
        for column in ["stat_gi", "deviance"] {
          #expect(abs(row.number(column) - one.number(column)) <= 2e-3)
        }
        continue
      }
      // Fits that start elsewhere stop within 5e-11 of the optimum.
      for column in ["b_gi", "b_gi_se", "stat_gi", "deviance"] {
        #expect(abs(row.number(column) / one.number(column) - 1) <= 1e-5)
      }
    }
  }

  @Test func `the formula that is printed gives the same scan`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "built"] + CohortFiles.inputs + exact, in: folder)
    let mark = "formula: "
    let line = try #require(
      result.errors.split(separator: "\n").first { $0.contains(mark) }.map(String.init))
    let formula = String(line[try #require(line.range(of: mark)).upperBound...])
    let written = try CohortFiles.scan(
      exact + ["--formula", formula], in: folder, prefix: "written")
    #expect(try written.lines == ResultTable(path: folder.path("built.pairs.tsv.gz")).lines)
    // A formula is the whole model: nothing of --cov is added.
    let bare = try CohortFiles.scan(
      exact + ["--formula", "expression ~ time * genotype + (1 + time | donor)"], in: folder,
      prefix: "bare")
    let none = try CohortFiles.scan(
      exact, inputs: Array(CohortFiles.inputs.prefix(6)), in: folder, prefix: "none")
    #expect(bare.lines == none.lines)
  }

  @Test func `products of covariates and time can be left out`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let none = try CohortFiles.scan(exact + ["--covariate-by-time", "none"], in: folder)
    let formula = "expression ~ time * genotype + pc1 + pc2 + sex + (1 + time | donor)"
    let written = try CohortFiles.scan(
      exact + ["--formula", formula], in: folder, prefix: "written")
    #expect(none.lines == written.lines)
  }

  @Test func `the reference level of a factor does not touch the tested effect`() throws {
    let cohort = try CohortFiles()
    let female = try cohort.scan(exact)
    let male = try cohort.scan(exact + ["--reference", "sex=M"])
    #expect(female.lines != male.lines)
    for (one, other) in zip(female.rows, male.rows) {
      // Equal column spaces and equal contrasts up to sign: one criterion, one optimum.
      #expect(abs(one.number("deviance") - other.number("deviance")) <= 1e-6)
      #expect(abs(one.number("b_gi") - other.number("b_gi")) <= 1e-6 * one.number("b_gi_se"))
    }
  }

  @Test func `a component that the model lacks is NA`() throws {
    let rows = try CohortFiles().scan(CohortFiles.everyPair + ["--random", "(1 | donor)"]).rows
    #expect(rows.allSatisfy { $0["sd_slope"] == "NA" && $0["cor_intercept_slope"] == "NA" })
    #expect(rows.allSatisfy { $0.number("sd_intercept") >= 0 })
  }

  @Test func `numbers have the digits that are asked for`() throws {
    let cohort = try CohortFiles()
    let exact = try cohort.scan(exact).rows
    for digits in [3, 6, 12] {
      let rows = try cohort.scan(CohortFiles.everyPair + ["--digits", "\(digits)"]).rows
      for (row, one) in zip(rows, exact) {
        for column in ["b_gi", "b_gi_se", "deviance", "sd_residual"] {
          let value = one.number(column)
          // Half a unit of the last digit.
          let rounding = 0.5 * pow(10, floor(log10(abs(value))) - Double(digits - 1))
          #expect(abs(row.number(column) - value) <= rounding * (1 + 1e-6), "\(column)")
          #expect(
            row[column].prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }.count <= digits)
        }
      }
    }
  }

  @Test func `the time column that is named shadows one called time`() throws {
    var cohort = try CohortFiles()
    let plain = try cohort.scan(CohortFiles.everyPair).lines
    cohort.samples[0][2] = "hours"
    cohort.samples[0].append("time")
    for row in 1..<cohort.samples.count { cohort.samples[row].append("\(row % 7)") }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan"] + CohortFiles.inputs + CohortFiles.everyPair
        + ["--time-column", "hours", "--out", "scan"], in: folder)
    #expect(result.exitCode == 0)
    #expect(result.missing(["column 'time'", "left out", "'hours'"]) == [])
    #expect(try ResultTable(path: folder.path("scan.pairs.tsv.gz")).lines == plain)
  }
}
