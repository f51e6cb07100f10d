import Glibc
import LinearAlgebra
import MixedModels

/// How well risks tell who has an event.
package struct RiskPerformance: Sendable, Equatable {
  package var subjects = 0
  package var events = 0
  package var auc = AreaUnderCurve.missing
  /// The mean squared error of the risks, and its fall below that of the prevalence.
  package var brier = Double.nan
  package var scaledBrier = Double.nan
  /// Of a logistic regression of the outcome on the risk's log odds; 0 and 1 are perfect.
  package var calibrationIntercept = Double.nan
  package var calibrationInterceptError = Double.nan
  package var calibrationSlope = Double.nan
  package var calibrationSlopeError = Double.nan
  /// The intercept with the slope held at 1: observed against expected numbers of events.
  package var calibrationInTheLarge = Double.nan

  /// - Parameters:
  ///   - risks: NaN where there is none: such subjects are left out.
  ///   - outcome: 0, 1, or NaN where it is not known.
  ///   - folds: by subject, the model its risk is of; nil where all are of one.
  package init(risks: [Double], outcome: [Double], folds: [Int]? = nil, level: Double) {
    let used = risks.indices.filter { risks[$0].isFinite && !outcome[$0].isNaN }
    let (p, y) = (used.map { risks[$0] }, used.map { outcome[$0] })
    subjects = used.count
    events = y.count { $0 == 1 }
    guard events > 0, events < subjects else { return }
    auc =
      folds.map { folds in
        AreaUnderCurve(scores: p, outcome: y, groups: used.map { folds[$0] }, level: level)
      } ?? AreaUnderCurve(scores: p, outcome: y, level: level)
    let n = Double(subjects)
    brier = zip(p, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / n
    let prevalence = Double(events) / n
    scaledBrier = 1 - brier / (prevalence * (1 - prevalence))
    calibrate(p, y)
  }

  private mutating func calibrate(_ p: [Double], _ y: [Double]) {
    // Risks of exactly 0 or 1 have no log odds.
    let odds = p.map { risk in
      let inner = min(max(risk, 1e-12), 1 - 1e-12)
      return log(inner / (1 - inner))
    }
    let ones = [Double](repeating: 1, count: y.count)
    let columns = Matrix(rows: y.count, columns: [ones, odds])
    if let fit = try? GeneralizedLinearModel(family: .binomial, response: y, columns: columns)
      .fit(),
      fit.status == .ok
    {
      calibrationIntercept = fit.coefficients[0]
      calibrationSlope = fit.coefficients[1]
      calibrationInterceptError = fit.covariance[0, 0].squareRoot()
      calibrationSlopeError = fit.covariance[1, 1].squareRoot()
    }
    let constant = Matrix(rows: y.count, columns: [ones])
    if let fit = try? GeneralizedLinearModel(
      family: .binomial, response: y, offset: odds, columns: constant
    ).fit(), fit.status == .ok {
      calibrationInTheLarge = fit.coefficients[0]
    }
  }

  /// The mean of several, entry by entry: of repeats of a cross-validation.
  package init(mean all: [RiskPerformance]) {
    subjects = all.first?.subjects ?? 0
    events = all.first?.events ?? 0
    func mean(_ path: (RiskPerformance) -> Double) -> Double {
      all.reduce(0) { $0 + path($1) } / Double(all.count)
    }
    auc = AreaUnderCurve(
      value: mean(\.auc.value), error: mean(\.auc.error), lower: mean(\.auc.lower),
      upper: mean(\.auc.upper))
    brier = mean(\.brier)
    scaledBrier = mean(\.scaledBrier)
    calibrationIntercept = mean(\.calibrationIntercept)
    calibrationInterceptError = mean(\.calibrationInterceptError)
    calibrationSlope = mean(\.calibrationSlope)
    calibrationSlopeError = mean(\.calibrationSlopeError)
    calibrationInTheLarge = mean(\.calibrationInTheLarge)
  }
}
