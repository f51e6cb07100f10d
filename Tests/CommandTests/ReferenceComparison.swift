import Foundation
import Testing

/// Compares rows of a scan with lme4's and lmerTest's.
struct ReferenceComparison {
  /// The rows of a reference table that the scan must have.
  let expected: [ResultTable.Row]
  let actual: [String: ResultTable.Row]

  /// Every pair must agree in every column that lme4 gives.
  func check() {
    for row in expected {
      guard let found = actual[row.pair] else {
        Issue.record("no row for \(row.pair)")
        continue
      }
      check(found, row)
    }
  }

  private func check(_ found: ResultTable.Row, _ row: ResultTable.Row) {
    // The table rounds a deviance near 2000 at 5e-9; the rest is room for the rounding of sums.
    expect(found, row, "deviance", within: 1e-6)
    for effect in ["b_g", "b_i", "b_gi"] {
      // theta is uncertain by about 1e-6 (reference/README.md), and coefficients move by less than
      // that share of their SE.
      let error = row.number(effect + "_se")
      expect(found, row, effect, within: 1e-6 * error)
      // SEs follow theta directly, with a factor of a few: one digit less.
      expect(found, row, effect + "_se", within: 1e-5 * error)
    }
    // The numerical derivatives of lmerTest are good to 2e-6 of the value; theta's error adds.
    expect(found, row, "df_gi", within: 1e-5 * row.number("df_gi"))
    // The relative change of p is about t² times that of the SE, which is below 1e-6 here.
    expect(found, row, "pval_gi", within: 1e-5 * row.number("pval_gi"))
    for component in ["sd_intercept", "sd_slope", "sd_residual"] {
      // theta's 1e-6 times the residual SD, which is about 1, with a factor of a few.
      expect(found, row, component, within: 5e-6)
    }
    // The correlation divides theta's 1e-6 by the smaller SD, which may be 0.01.
    expect(found, row, "cor_intercept_slope", as: "cor", within: 1e-4)
    #expect(
      found["status"] == (row["singular"] == "TRUE" ? "boundary" : "ok"),
      "status of \(row.pair)")
  }

  private func expect(
    _ found: ResultTable.Row, _ row: ResultTable.Row, _ column: String,
    as expectedColumn: String? = nil, within tolerance: Double
  ) {
    let text = row[expectedColumn ?? column]
    guard text != "NA" else {
      #expect(found[column] == "NA", "\(column) of \(row.pair)")
      return
    }
    let distance = abs(found.number(column) - row.number(expectedColumn ?? column))
    #expect(
      distance <= tolerance,
      "\(column) of \(row.pair): \(found[column]), lme4 has \(text), tolerance \(tolerance)")
  }
}
