import Foundation
import Testing

/// Compares rows of a scan with lme4's and lmerTest's.
struct ReferenceComparison {
  /// The rows of a reference table that the scan must have.
  let expected: [ResultTable.Row]
  let actual: [String: ResultTable.Row]
  /// Pairs of genes and their lead variants.
  let leads: Set<String>

  /// Every pair must agree in every column that lme4 gives.
  func check() {
    for row in expected {
      guard let found = actual[row.pair] else {
        Issue.record("no row for \(row.pair)")
        continue
      }
      if Self.isExact(found) || leads.contains(found.pair) {
        check(found, row)
      } else {
        checkFast(found, row)
      }
    }
  }

  /// Whether a row's p-value is so small that it is always fitted exactly.
  static func isExact(_ row: ResultTable.Row) -> Bool { row.number("pval_gi") < 1e-3 }

  /// Other rows: what is promised of t, p and the deviance. The other numbers follow from the same
  /// variance parameters; they are held to what the promise of t makes of them, an effect and its
  /// SE to 2e-3 of the SE.
  private func checkFast(_ found: ResultTable.Row, _ row: ResultTable.Row) {
    let t = row.number("b_gi") / row.number("b_gi_se")
    let distance = abs(found.number("stat_gi") - t)
    #expect(
      distance <= (found.number("n_donors") < 50 ? 2e-3 : 5e-4),
      "t of \(row.pair): \(found["stat_gi"]), lme4 has \(t)")
    let decades = log10(found.number("pval_gi") / row.number("pval_gi"))
    #expect(
      abs(decades) <= 1e-3,
      "pval_gi of \(row.pair): \(found["pval_gi"]), lmerTest has \(row["pval_gi"])")
    expect(found, row, "deviance", within: 2e-3)
    for effect in ["b_g", "b_i", "b_gi"] {
      let error = row.number(effect + "_se")
      expect(found, row, effect, within: 2e-3 * error)
      expect(found, row, effect + "_se", within: 2e-3 * error)
    }
    // p changes less than its degrees of freedom where these are not very few.
    expect(found, row, "df_gi", within: 0.02 * row.number("df_gi"))
    for component in ["sd_intercept", "sd_slope", "sd_residual"] {
      expect(found, row, component, within: 2e-3)
    }
    // The correlation divides an error of 1e-4 by the smaller SD, which may be 0.01.
    expect(found, row, "cor_intercept_slope", as: "cor", within: 0.02)
    expectStatus(found, row)
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
    expectStatus(found, row)
  }

  private func expectStatus(_ found: ResultTable.Row, _ row: ResultTable.Row) {
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
