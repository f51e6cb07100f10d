import Foundation
import Testing

/// `fit`'s estimates, random effects, predictions and next visits against full covariance matrices
/// (`reference/predictions/oracle.py`).
@Suite struct FitPredictionTests {
  /// Both optima are refined until gradients vanish, which leaves variance parameters a relative
  /// error of about 1e-9, from the rounding of their gradients; derivatives of predictions are central
  /// differences here and exact there, apart by 1e-8.
  static let tolerance = 2e-7

  /// Of what comes from the curvature, degrees of freedom and intervals. The sparse engine, which
  /// fits the centres, takes it at the point before its last step, whose decrease is below 1e-9: some
  /// 1e-6 from the optimum in relative terms.
  private static func curvatureTolerance(_ oracle: FitOracle) -> Double {
    oracle.name == "centres" ? 1e-5 : tolerance
  }

  /// Of predictions, whose standard errors add what the curvature says of variance parameters: a share
  /// of a few per cent.
  private static func predictionTolerance(_ oracle: FitOracle) -> Double {
    oracle.name == "centres" ? 5e-7 : tolerance
  }

  @Test func `there is a reference for every kind of model`() {
    #expect(
      FitOracle.all.map(\.name) == [
        "trial", "weights_ml", "uncorrelated", "arms", "centres", "device_exp", "power",
        "boundary", "marker",
      ])
  }

  @Test(arguments: FitOracle.all)
  func `estimates and intervals are those of the full covariance matrix`(
    _ oracle: FitOracle
  ) throws {
    let folder = try ScratchFolder()
    let report = try OracleReport(oracle.data, oracle.flags, in: folder)
    expectParameters(of: report, oracle)
    for (index, effect) in report.fixedEffects.enumerated() {
      let (se, error) = (oracle.fixed.se[index], Self.tolerance)
      #expect(abs(effect.estimate - oracle.fixed.estimate[index]) <= error * se, "\(effect.term)")
      expectNear(effect.se, se, relative: error, "se of \(effect.term)")
      expectNear(
        effect.df, oracle.fixed.df[index], relative: Self.curvatureTolerance(oracle),
        "df of \(effect.term)")
    }
  }

  private func expectParameters(of report: OracleReport, _ oracle: FitOracle) {
    #expect(report.status == oracle.status)
    #expect(abs(report.deviance - oracle.deviance) < 1e-8)
    let error = Self.curvatureTolerance(oracle)
    #expect(report.varianceComponents.count == oracle.components.count)
    for wanted in oracle.components {
      let name = "\(wanted.group) \(wanted.term1) \(wanted.term2 ?? "")"
      let found = report.varianceComponents.first {
        $0.group == wanted.group && $0.stratum == wanted.stratum
          && Set([$0.term1, $0.term2]) == Set([wanted.term1, wanted.term2])
      }
      // Correlations may be near 0: their errors are relative to 1.
      let scale = wanted.term2 == nil ? abs(wanted.sdOrCorrelation) : 1
      for (value, number) in [
        (found?.sdOrCorrelation, wanted.sdOrCorrelation), (found?.lower, wanted.lower),
        (found?.upper, wanted.upper),
      ] {
        // Neither has intervals on the boundary.
        guard let number else {
          #expect(value == nil, "\(name)")
          continue
        }
        #expect(abs((value ?? .nan) - number) <= error * scale, "\(name)")
      }
      #expect(
        abs((found?.sdOrCorrelation ?? .nan) - wanted.sdOrCorrelation) <= Self.tolerance * scale)
    }
    let residual = oracle.logResidual[0].map { exp($0) }
    expectNear(report.residualSd, residual[0], relative: error, "residual SD")
    expectNear(report.residualSdLower, residual[1], relative: error, "its lower limit")
    expectNear(report.residualSdUpper, residual[2], relative: error, "its upper limit")
    let names = report.residualVariance.keys.sorted { $0 > $1 }
    #expect(names.count == oracle.logResidual.count - 1)
    for (name, wanted) in zip(names, oracle.logResidual.dropFirst()) {
      let values = name.hasPrefix("ratio:") ? wanted.map { exp($0) } : wanted
      expectNear(report.residualVariance[name], values[0], relative: error, name)
      for (value, number) in zip(report.residualVarianceIntervals[name] ?? [], values.dropFirst()) {
        expectNear(value, number, relative: error, "limit of \(name)")
      }
    }
  }

  @Test(arguments: FitOracle.all)
  func `random effects are conditional means`(_ oracle: FitOracle) throws {
    let folder = try ScratchFolder()
    _ = try OracleReport(oracle.data, oracle.flags + ["--blups", "blups.tsv"], in: folder)
    let table = try ResultTable(path: folder.path("blups.tsv"))
    let rows = Dictionary(
      table.rows.map { ("\($0["group"]) \($0["level"]) \($0["term"])", $0) }
    ) { first, _ in first }
    #expect(table.rows.count == oracle.randomEffects.count)
    for wanted in oracle.randomEffects {
      let row = try #require(rows[wanted.key], "\(wanted.key)")
      // Estimates may be near 0: their errors are relative to the conditional SD.
      let limit = Self.tolerance * wanted.se
      #expect(abs(row.number("estimate") - wanted.estimate) <= limit, "\(wanted.key)")
      expectNear(row.number("se"), wanted.se, relative: Self.tolerance, wanted.key)
      expectNear(row.number("shrinkage"), wanted.shrinkage, relative: Self.tolerance, wanted.key)
      guard let own = wanted.olsEstimate else {
        #expect(row["ols_estimate"] == "NA")
        continue
      }
      // A level's own estimate is less certain than its BLUP by about the root of the shrinkage.
      #expect(
        abs(row.number("ols_estimate") - own) <= limit / abs(wanted.shrinkage), "own \(wanted.key)")
    }
  }

  @Test(arguments: FitOracle.all.filter { $0.new != nil })
  func `known, new and unnamed subjects are predicted with all uncertainty`(
    _ oracle: FitOracle
  ) throws {
    let folder = try ScratchFolder()
    let new = FitOracle.folder.appendingPathComponent(try #require(oracle.new)).path
    let report = try OracleReport(
      oracle.data,
      oracle.flags + [
        "--predict", new, "--predictions", "predictions.tsv", "--exceed",
        "\(try #require(oracle.threshold))",
      ], in: folder)
    let table = try ResultTable(path: folder.path("predictions.tsv"))
    for (column, values) in try #require(oracle.predictions) {
      #expect(table.rows.count == values.count)
      for (index, (row, wanted)) in zip(table.rows, values).enumerated() {
        let what = "\(column) of row \(index + 1)"
        expectNear(
          row.number(column), wanted, relative: Self.predictionTolerance(oracle), what)
      }
    }
    // Predictions leave the fit as it was.
    expectParameters(of: report, oracle)
  }

  @Test func `probabilities below a threshold complement those above`() throws {
    let oracle = try #require(FitOracle.all.first { $0.name == "marker" })
    let folder = try ScratchFolder()
    var tables: [ResultTable] = []
    for threshold in ["9", "< 9"] {
      _ = try OracleReport(
        oracle.data,
        oracle.flags + [
          "--exceed", "\(threshold) at time = 4, 6", "--predictions", "predictions.tsv",
        ],
        in: folder)
      tables.append(try ResultTable(path: folder.path("predictions.tsv")))
    }
    // Two times of every subject.
    #expect(tables[0].rows.count == 2 * Set(oracle.randomEffects.map(\.level)).count)
    for (above, below) in zip(tables[0].rows, tables[1].rows) {
      #expect(abs(above.number("p_exceed") + below.number("p_exceed") - 1) < 1e-14)
    }
  }

  @Test func `the next visit is when the risk first reaches its limit`() throws {
    let oracle = try #require(FitOracle.all.first { $0.name == "marker" })
    let visits = try #require(oracle.visits)
    let folder = try ScratchFolder()
    _ = try OracleReport(
      oracle.data,
      oracle.flags + [
        "--schedule", "visits.tsv", "--next-visit",
        "\(visits.threshold), risk = \(visits.risk), until = \(visits.until)",
      ], in: folder)
    let table = try ResultTable(path: folder.path("visits.tsv"))
    #expect(table.rows.count == visits.subjects.count)
    #expect(Set(visits.subjects.values.map(\.status)) == ["due", "now", "later"])
    for row in table.rows {
      let wanted = try #require(visits.subjects[row["subject"]])
      #expect(row["status"] == wanted.status)
      // Seven rounds of tenths of a step of 0.1 leave 1e-8 of time, which moves the risk as much.
      #expect(abs(row.number("time") - wanted.time) < 1e-7, "\(row["subject"])")
      #expect(abs(row.number("risk") - wanted.risk) < 1e-6, "\(row["subject"])")
    }
  }
}
