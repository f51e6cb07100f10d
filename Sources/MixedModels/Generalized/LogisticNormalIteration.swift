import Glibc
import LinearAlgebra

/// Newton's method on the integrated likelihood, in units in which columns have a root mean square
/// of 1.
struct LogisticNormalIteration {
  private let scales: [Double]
  private let rows: [[Double]]
  private let covariances: [Matrix]
  private let outcome: [Double]
  private let first: Int

  init(_ model: UncertainLogisticModel) {
    let (n, p) = (model.columns.rows, model.columns.columns)
    first = p - model.uncertainCount
    let scales = (0..<p).map { column in
      ((0..<n).reduce(0) { $0 + model.columns[$1, column] * model.columns[$1, column] }
        / Double(n)).squareRoot()
    }
    self.scales = scales
    rows = (0..<n).map { row in (0..<p).map { model.columns[row, $0] / scales[$0] } }
    let first = first
    covariances = model.covariances.map { given in
      var scaled = given
      for a in 0..<given.rows {
        for b in 0..<given.rows { scaled[a, b] /= scales[first + a] * scales[first + b] }
      }
      return scaled
    }
    outcome = model.outcome
  }

  /// The likelihood with its derivatives.
  private struct Point {
    var coefficients: [Double]
    var logLikelihood = 0.0
    var score: [Double]
    /// Observed, and expected.
    var information: Matrix
    var expected: Matrix
    /// The largest mean and SD of a linear predictor.
    var largest = 0.0
  }

  private func point(_ coefficients: [Double]) -> Point {
    let p = coefficients.count
    let beta = Array(coefficients.suffix(p - first))
    var point = Point(
      coefficients: coefficients, score: [Double](repeating: 0, count: p),
      information: Matrix(rows: p, columns: p), expected: Matrix(rows: p, columns: p))
    for (row, a) in rows.enumerated() {
      let image = covariances[row] * beta
      let eta = dotProduct(a, coefficients)
      let deviation = max(0, dotProduct(image, beta)).squareRoot()
      let moments = LogisticNormal(eta: eta, deviation: deviation)
      let isEvent = outcome[row] > 0.5
      let likelihood = max(isEvent ? moments.probability : moments.complement, 1e-300)
      point.logLikelihood += log(likelihood)
      point.largest = max(point.largest, abs(eta), deviation)
      let w = [Double](repeating: 0, count: first) + image
      let slope = (0..<p).map { moments.first * a[$0] + moments.second * w[$0] }
      let pull = (isEvent ? 1 : -1) / likelihood
      let spread = 1 / max(moments.probability * moments.complement, 1e-300)
      for i in 0..<p {
        point.score[i] += pull * slope[i]
        for k in 0...i {
          var curvature = moments.second * a[i] * a[k]
          curvature += moments.third * (a[i] * w[k] + w[i] * a[k])
          curvature += moments.fourth * w[i] * w[k]
          if k >= first { curvature += moments.second * covariances[row][i - first, k - first] }
          let square = slope[i] * slope[k]
          point.information[i, k] += pull * pull * square - pull * curvature
          point.expected[i, k] += spread * square
        }
      }
    }
    for i in 0..<p {
      for k in 0..<i {
        point.information[k, i] = point.information[i, k]
        point.expected[k, i] = point.expected[i, k]
      }
    }
    return point
  }

  /// Linear predictors beyond which no estimate is called finite.
  private static let bound = 40.0

  func fit(from start: [Double]) -> UncertainLogisticModel.Fit {
    var current = point(zip(start, scales).map { $0 * $1 })
    var status = UncertainLogisticModel.Fit.Status.flat
    for _ in 0..<200 {
      guard
        let inverse = positiveDefiniteInverse(current.information)
          ?? positiveDefiniteInverse(current.expected)
      else { break }
      let step = inverse * current.score
      // Of the deviance that is left to gain; below the resolution of its sum no step tells.
      let gain = dotProduct(step, current.score)
      if gain < 1e-12 {
        status = .ok
        break
      }
      guard let next = moved(current, by: step) else {
        status = gain < 1e-7 ? .ok : .flat
        break
      }
      current = next
      if current.largest > Self.bound {
        status = .unbounded
        break
      }
    }
    return ended(current, status)
  }

  private func moved(_ start: Point, by step: [Double]) -> Point? {
    let reach = rows.reduce(0) { max($0, abs(dotProduct($1, step))) }
    var share = min(1, 5 / max(reach, 1e-300))
    while share > 1e-8 {
      let next = point(zip(start.coefficients, step).map { $0 + share * $1 })
      if next.logLikelihood > start.logLikelihood { return next }
      share *= 0.5
    }
    return nil
  }

  private func ended(
    _ point: Point, _ status: UncertainLogisticModel.Fit.Status
  ) -> UncertainLogisticModel.Fit {
    let p = scales.count
    var covariance = Matrix(
      rows: p, columns: p, elements: [Double](repeating: .nan, count: p * p))
    if let inverse = positiveDefiniteInverse(point.information) {
      for a in 0..<p {
        for b in 0..<p { covariance[a, b] = inverse[a, b] / (scales[a] * scales[b]) }
      }
    }
    return UncertainLogisticModel.Fit(
      status: status, coefficients: zip(point.coefficients, scales).map { $0 / $1 },
      covariance: covariance, deviance: -2 * point.logLikelihood)
  }
}
