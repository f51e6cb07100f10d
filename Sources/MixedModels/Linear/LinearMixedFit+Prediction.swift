import Distributions
import Glibc
import LinearAlgebra

extension LinearMixedFit {
  /// Predicts rows of new data.
  ///
  /// Known levels have their BLUPs. New levels are conditioned on their rows that have a response;
  /// without one they are drawn from the population, and where a grouping factor is missing the
  /// population's mean is predicted. The uncertainty of variance parameters enters by the first
  /// derivatives of predictions (Kackar & Harville 1984), that of their own variances by
  /// Satterthwaite's degrees of freedom; derivatives are central differences.
  ///
  /// - Parameters:
  ///   - frame: every variable of the fixed part, of random slopes and of the residual; grouping
  ///     factors may be left out, or be empty where missing.
  ///   - responses: one per row, NaN where not measured; nil where none is.
  /// - Throws: `ModelError` for variables and levels that the model has not.
  public func predict(
    _ frame: ModelFrame, responses: [Double]? = nil
  ) throws(ModelError) -> [Prediction] {
    let rows = try NewRows(
      model, frame: frame,
      responses: responses ?? [Double](repeating: .nan, count: frame.rowCount))
    guard let engine else {
      return [Prediction](repeating: .missing, count: rows.count)
    }
    let centre = moments(rows, phi: engine.phi, engine: engine)
    let slopes = slopes(rows, engine: engine)
    // The criterion is left as it was found: intervals and contrasts need its forms, too.
    _ = engine.criterion.evaluate(at: engine.optimum.x)
    engine.criterion.prepareForms()
    let level = model.options.level
    return (0..<rows.count).map { row in
      let mean = slopes.map { $0.fitted[row] }
      let extra = 2 * quadratic(mean, engine)
      let variance = centre.variances[row]
      let newVariance = centre.newVariances[row]
      let df = freedom(slopes.map { $0.variances[row] / variance }, engine)
      let newDf = freedom(slopes.map { $0.newVariances[row] / newVariance }, engine)
      let fitted = centre.fitted[row]
      let error = (variance + extra).squareRoot()
      let deviation = (newVariance + extra).squareRoot()
      let half = error * StudentT.twoSidedQuantile(level, degreesOfFreedom: df)
      let newHalf = deviation * StudentT.twoSidedQuantile(level, degreesOfFreedom: newDf)
      return Prediction(
        fitted: fitted, standardError: error, degreesOfFreedom: df, lower: fitted - half,
        upper: fitted + half, lowerNew: fitted - newHalf, upperNew: fitted + newHalf,
        newDeviation: deviation, newDegreesOfFreedom: newDf)
    }
  }

  /// Slopes of all moments by every variance parameter.
  private func slopes(_ rows: NewRows, engine: Engine) -> [PredictionMoments] {
    let optimum = engine.optimum
    guard optimum.inverseHessian != nil else { return [] }
    let first = engine.criterion.parameters.covarianceCount
    return optimum.x.indices.map { k in
      // Parameters are of order one; the error of a central difference is that of h².
      let step = 1e-4 * max(1, abs(optimum.x[k]))
      func moments(_ sign: Double) -> PredictionMoments? {
        var x = optimum.x
        x[k] += sign * step
        guard engine.criterion.evaluate(at: x) else { return nil }
        return self.moments(rows, phi: Array(x[first...]), engine: engine)
      }
      let none = [Double](repeating: 0, count: rows.count)
      guard let above = moments(1), let below = moments(-1) else {
        return PredictionMoments(fitted: none, variances: none, newVariances: none)
      }
      func difference(_ path: KeyPath<PredictionMoments, [Double]>) -> [Double] {
        zip(above[keyPath: path], below[keyPath: path]).map { ($0 - $1) / (2 * step) }
      }
      return PredictionMoments(
        fitted: difference(\.fitted), variances: difference(\.variances),
        newVariances: difference(\.newVariances))
    }
  }

  private func quadratic(_ slope: [Double], _ engine: Engine) -> Double {
    guard let inverse = engine.optimum.inverseHessian, !slope.isEmpty else { return 0 }
    return max(0, dotProduct(inverse * slope, slope))
  }

  /// 1/df = 1/ν + b'H⁻¹b, with b the slope of a log variance, as of fixed effects.
  private func freedom(_ slope: [Double], _ engine: Engine) -> Double {
    switch model.options.degreesOfFreedom {
    case .infinite: return .infinity
    case .residual:
      return Double(model.observationCount - model.fixedNames.count)
    case .satterthwaite, .kenwardRoger:
      guard !slope.isEmpty, slope.allSatisfy(\.isFinite) else { return .infinity }
      return 1 / (1 / engine.criterion.degreesOfFreedom + quadratic(slope, engine))
    }
  }
}
