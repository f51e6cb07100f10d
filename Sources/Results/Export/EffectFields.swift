import Association
import BlockGzip
import Distributions
import Tables

/// The columns of the effect that is exported.
struct EffectFields {
  let estimate: Int
  let error: Int
  let probability: Int
  private let effect: TestedEffect
  private let path: String

  /// - Throws: `InputError` where the table has several columns for it.
  init(_ effect: TestedEffect, of table: ResultTable) throws(InputError) {
    let name = effect == .interaction ? "b_gi" : "b_g"
    guard let estimate = table.columns[name] else {
      throw InputError(
        "several columns of time were tested together, and this format takes one effect",
        path: table.path, line: 1, found: "b_gi1, b_gi2, …", expected: "one column b_gi",
        advice: "export the effect at the time centre (--effect g), export to mashr, or scan with "
          + "--time-basis linear")
    }
    self.estimate = estimate
    error = try table.columns.require(name + "_se")
    probability = try table.columns.require(effect == .interaction ? "pval_gi" : "pval_g")
    self.effect = effect
    path = table.path
  }

  /// The estimate and its standard error in the current row.
  ///
  /// - Throws: `InputError` where the model has no such effect.
  func numbers(_ table: ResultTable) throws(InputError) -> (estimate: Double, error: Double) {
    let (value, deviation) = (try table.number(estimate), try table.number(error))
    guard value.isFinite, deviation > 0, deviation.isFinite else {
      throw InputError(
        "the scan has no number for the effect '\(effect.rawValue)'", path: path,
        column: table.columns.names[estimate],
        found: "\(table.text(estimate)) with standard error \(table.text(error))",
        expected: "an estimate and its standard error",
        advice: effect == .genotype ? "its formula has no main effect of genotype" : nil)
    }
    return (value, deviation)
  }

  /// The standard normal quantile of the same two-sided p, with the estimate's sign: a t statistic
  /// whose degrees of freedom were taken out. Where p is written as 0, the t statistic itself.
  func z(
    _ table: ResultTable, estimate: Double, error: Double
  ) throws(InputError) -> Double {
    let logarithm = try table.logProbability(probability)
    guard logarithm > -.infinity || logarithm.isNaN else { return estimate / error }
    let z = StudentT.normalQuantile(logTwoSidedTail: logarithm)
    return estimate < 0 ? -z : z
  }
}
