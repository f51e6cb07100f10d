import Glibc
import LinearAlgebra

/// A generalised linear model without random effects.
package struct GeneralizedLinearModel: Sendable {
  package let family: ResponseFamily
  /// Proportions of successes, or counts.
  package let response: [Double]
  /// Numbers of trials, or weights.
  package let sizes: [Double]
  /// Added to the linear predictor.
  package let offset: [Double]
  /// Samples × p.
  package let columns: Matrix
  private let basis: OrthonormalBasis
  /// By row: the η that it would have as its mean.
  private let links: [Double]

  /// - Parameter columns: samples × p, in any units.
  /// - Throws: the first column that is a combination of those before it.
  package init(
    family: ResponseFamily, response: [Double], sizes: [Double]? = nil, offset: [Double]? = nil,
    columns: Matrix
  ) throws(OrthonormalBasis.Dependency) {
    self.init(
      family: family, response: response,
      sizes: sizes ?? [Double](repeating: 1, count: response.count),
      offset: offset ?? [Double](repeating: 0, count: response.count), columns: columns,
      basis: try OrthonormalBasis(columns))
  }

  /// - Parameter basis: that of the columns.
  init(
    family: ResponseFamily, response: [Double], sizes: [Double], offset: [Double],
    columns: Matrix, basis: OrthonormalBasis
  ) {
    precondition(response.count == columns.rows && sizes.count == columns.rows)
    self.family = family
    self.response = response
    self.sizes = sizes
    self.offset = offset
    self.columns = columns
    self.basis = basis
    links = response.map(family.link)
  }

  /// A fit by Newton's method, which for canonical links is Fisher's scoring.
  package struct Fit: Sendable {
    package enum Status: Sendable, Equatable {
      case ok
      /// No finite estimates exist; those given are where the iteration was left.
      case separated(Separation)
      /// The best point found is given.
      case flat
    }
    package let status: Status
    /// In the order of the columns.
    package let coefficients: [Double]
    /// The inverse of the information, p × p.
    package let covariance: Matrix
    /// η of every row, offset included.
    package let linearPredictor: [Double]
    /// −2 log-likelihood, all constants kept.
    package let deviance: Double
  }

  /// Where an iteration stands.
  private struct Point {
    /// Along the basis.
    var coefficients: [Double]
    var predictor: [Double]
    /// −2 log-likelihood.
    var deviance: Double
  }

  /// - Complexity: O(iterations × samples × p²).
  package func fit() -> Fit {
    var point = start()
    var status = Fit.Status.flat
    for iteration in 0..<Self.maximumIterations {
      guard let step = step(at: point) else { break }
      let direction = basis.q * step
      // Estimates that run away show where to once the others have settled.
      if iteration >= 8, let separation = separation(step: step, direction: direction) {
        status = .separated(separation)
        break
      }
      guard let next = moved(point, by: step, direction: direction) else { break }
      point = next
      guard direction.reduce(0, { max($0, abs($1)) }) > 1e-9 else {
        status = .ok
        break
      }
    }
    return ended(point, status)
  }

  private static let maximumIterations = 100

  /// The mean response.
  private func start() -> Point {
    let total = sizes.reduce(0, +)
    let mean = zip(response, sizes).reduce(0) { $0 + $1.0 * $1.1 } / total
    let shift = family.linkOfMean(mean)
    let target = offset.map { shift - $0 }
    let coefficients = basis.q.transposed * target
    return point(coefficients)
      ?? Point(
        coefficients: [Double](repeating: 0, count: basis.q.columns), predictor: offset,
        deviance: .infinity)
  }

  private func point(_ coefficients: [Double]) -> Point? {
    let predictor = zip(basis.q * coefficients, offset).map { $0 + $1 }
    var sum = 0.0
    for row in predictor.indices {
      let eta = predictor[row]
      sum -= sizes[row] * family.shortfall(response[row], eta, link: links[row])
      sum += family.logNormaliser(response[row], size: sizes[row])
    }
    return sum.isFinite
      ? Point(coefficients: coefficients, predictor: predictor, deviance: -2 * sum) : nil
  }

  /// (Q'WQ)⁻¹, and Q' of what the means leave.
  private func information(at point: Point) -> (inverse: Matrix, score: [Double])? {
    let p = basis.q.columns
    var information = Matrix(rows: p, columns: p)
    var score = [Double](repeating: 0, count: p)
    for row in response.indices {
      let (mean, variance, _) = family.moments(point.predictor[row])
      let weight = sizes[row] * variance
      let rest = sizes[row] * (response[row] - mean)
      for a in 0..<p {
        let value = basis.q[row, a]
        score[a] += value * rest
        for b in 0...a { information[a, b] += weight * value * basis.q[row, b] }
      }
    }
    for a in 0..<p { for b in 0..<a { information[b, a] = information[a, b] } }
    return positiveDefiniteInverse(information).map { ($0, score) }
  }

  private func step(at point: Point) -> [Double]? {
    information(at: point).map { $0.inverse * $0.score }
  }

  /// The point a step on, or a share of the step where it leads up.
  private func moved(_ start: Point, by step: [Double], direction: [Double]) -> Point? {
    var share = 1.0
    let noise = 1e-12 * (1 + abs(start.deviance))
    while share > 1e-10 {
      let coefficients = zip(start.coefficients, step).map { $0 + share * $1 }
      if let next = point(coefficients),
        next.deviance <= start.deviance + noise || !start.deviance.isFinite
      {
        return next
      }
      share *= 0.5
    }
    return nil
  }

  private func separation(step: [Double], direction: [Double]) -> Separation? {
    let rows = Double(columns.rows)
    let scales = (0..<columns.columns).map { column in
      ((0..<columns.rows).reduce(0) { $0 + columns[$1, column] * columns[$1, column] } / rows)
        .squareRoot()
    }
    return Separation(
      direction: direction, coefficients: basis.inverseR * step, scales: scales,
      response: response, family: family)
  }

  private func ended(_ point: Point, _ status: Fit.Status) -> Fit {
    let inverse = information(at: point)?.inverse
    let covariance =
      inverse.map { basis.inverseR * ($0 * basis.inverseR.transposed) }
      ?? Matrix(
        rows: columns.columns, columns: columns.columns,
        elements: [Double](repeating: .nan, count: columns.columns * columns.columns))
    return Fit(
      status: inverse == nil && status == .ok ? .flat : status,
      coefficients: basis.inverseR * point.coefficients, covariance: covariance,
      linearPredictor: point.predictor, deviance: point.deviance)
  }
}
