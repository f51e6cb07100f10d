import LinearAlgebra

/// One of two models that a likelihood-ratio test compares: it fits response after response.
final class ComparedModel {
  let criterion: any LikelihoodCriterion
  /// Variances of a column that are held equal over terms: the term, and its column.
  let equal: [(term: Int, column: Int)]
  /// Whether all random effects are held at 0.
  let holdsEffectsAtZero: Bool

  struct Outcome {
    var x: [Double]
    /// The criterion, without constants.
    var value: Double
    var status: FitStatus
  }

  init(
    criterion: any LikelihoodCriterion, equal: [(term: Int, column: Int)] = [],
    holdsEffectsAtZero: Bool = false
  ) {
    self.criterion = criterion
    self.equal = equal
    self.holdsEffectsAtZero = holdsEffectsAtZero
  }

  /// - Parameter start: variance parameters to start from; nil for a global search.
  func fit(_ response: [Double], from start: [Double]? = nil) -> Outcome? {
    criterion.load(response: response)
    if holdsEffectsAtZero { return fitResidual() }
    if !equal.isEmpty { return fitEqual(start) }
    guard
      let optimum = start.flatMap({ criterion.optimum(from: $0) }) ?? criterion.optimum(),
      criterion.evaluate(at: optimum.x)
    else { return nil }
    return Outcome(x: optimum.x, value: criterion.value, status: optimum.status)
  }

  /// Variances of 0: only the residual's parameters move.
  private func fitResidual() -> Outcome? {
    let fixed = criterion.parameters.covarianceCount
    let start = criterion.parameters.start(scale: 0)
    let result = TrustRegion().minimise(
      from: start,
      evaluate: { x in
        guard var point = self.criterion.point(at: x, holdsRotations: true) else { return nil }
        for i in 0..<fixed {
          point.gradient[i] = 0
          for k in x.indices {
            point.hessian[i, k] = i == k ? 1 : 0
            point.hessian[k, i] = i == k ? 1 : 0
          }
        }
        return point
      },
      value: { x in self.criterion.evaluate(at: x) ? self.criterion.value : nil })
    guard let result, criterion.evaluate(at: result.point.x) else { return nil }
    return Outcome(
      x: result.point.x, value: criterion.value, status: result.converged ? .ok : .flat)
  }

  /// By augmented Lagrangians (Nocedal & Wright 2006, chapter 17): equality constraints of variances,
  /// which are quadratic in T.
  private func fitEqual(_ start: [Double]?) -> Outcome? {
    guard var x = start ?? criterion.optimum()?.x else { return nil }
    var multipliers = [Double](repeating: 0, count: equal.count - 1)
    let penalty = 1e4
    var converged = false
    for _ in 0..<40 {
      let result = TrustRegion().minimise(
        from: x,
        evaluate: { x in
          guard var point = self.criterion.point(at: x, holdsRotations: true) else { return nil }
          self.add(multipliers, penalty, at: x, to: &point)
          return point
        },
        value: { x in
          guard self.criterion.evaluate(at: x) else { return nil }
          let gaps = self.gaps(x)
          return zip(gaps, multipliers).reduce(self.criterion.value) {
            $0 + $1.1 * $1.0 + 0.5 * penalty * $1.0 * $1.0
          }
        })
      guard let result else { return nil }
      x = result.point.x
      let gaps = gaps(x)
      for k in gaps.indices { multipliers[k] += penalty * gaps[k] }
      // A gap of 1e-8 of the residual variance moves the criterion by less than 1e-8 times its
      // slope, which is of the order of the number of subjects.
      if gaps.allSatisfy({ abs($0) < 1e-9 }) {
        converged = result.converged
        break
      }
    }
    guard criterion.evaluate(at: x) else { return nil }
    let largest = equal.map { variance($0, x) }.max() ?? 0
    return Outcome(
      x: x, value: criterion.value,
      status: !converged ? .flat : largest < 1e-6 ? .boundary : .ok)
  }

  /// A column's variance relative to σ², in units of the first term's.
  private func variance(_ place: (term: Int, column: Int), _ x: [Double]) -> Double {
    let phi = row(place)
    let t = criterion.parameters.factor(place.term, of: x)
    return (0..<t.columns).reduce(0) { sum, s in
      let image = (0..<t.rows).reduce(0) { $0 + phi[$1] * t[$1, s] }
      return sum + image * image
    }
  }

  /// The row of Φ that makes the column, scaled so that the first term's has length 1.
  private func row(_ place: (term: Int, column: Int)) -> [Double] {
    func raw(_ place: (term: Int, column: Int)) -> [Double] {
      let phi = criterion.design.rotations[place.term]
      return (0..<phi.columns).map { phi[place.column, $0] }
    }
    let first = raw(equal[0])
    let length = dotProduct(first, first).squareRoot()
    return raw(place).map { $0 / length }
  }

  private func gaps(_ x: [Double]) -> [Double] {
    let first = variance(equal[0], x)
    return equal.dropFirst().map { variance($0, x) - first }
  }

  /// Adds multipliers and penalties of the constraints.
  private func add(
    _ multipliers: [Double], _ penalty: Double, at x: [Double], to point: inout TrustRegion.Point
  ) {
    let gaps = gaps(x)
    let slopes = equal.map { slope($0, x) }
    for (k, place) in equal.dropFirst().enumerated() {
      let factor = multipliers[k] + penalty * gaps[k]
      point.value += multipliers[k] * gaps[k] + 0.5 * penalty * gaps[k] * gaps[k]
      let slope = zip(slopes[k + 1], slopes[0]).map { $0 - $1 }
      for i in slope.indices {
        point.gradient[i] += factor * slope[i]
        guard slope[i] != 0 else { continue }
        for j in slope.indices { point.hessian[i, j] += penalty * slope[i] * slope[j] }
      }
      addCurvature(place, factor, to: &point.hessian)
      addCurvature(equal[0], -factor, to: &point.hessian)
    }
  }

  /// d|φT|²/dT = 2φ'(φT).
  private func slope(_ place: (term: Int, column: Int), _ x: [Double]) -> [Double] {
    var slope = [Double](repeating: 0, count: x.count)
    let phi = row(place)
    let t = criterion.parameters.factor(place.term, of: x)
    let start = criterion.parameters.offsets[place.term]
    for s in 0..<t.columns {
      let image = (0..<t.rows).reduce(0) { $0 + phi[$1] * t[$1, s] }
      for r in 0..<t.rows { slope[start + r * t.columns + s] = 2 * phi[r] * image }
    }
    return slope
  }

  private func addCurvature(
    _ place: (term: Int, column: Int), _ factor: Double, to hessian: inout Matrix
  ) {
    let phi = row(place)
    let q = phi.count
    let start = criterion.parameters.offsets[place.term]
    for r in 0..<q {
      for b in 0..<q {
        for s in 0..<q {
          hessian[start + r * q + s, start + b * q + s] += 2 * factor * phi[r] * phi[b]
        }
      }
    }
  }
}
