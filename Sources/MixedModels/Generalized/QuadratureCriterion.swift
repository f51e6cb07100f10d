import Glibc
import LinearAlgebra

/// Minus twice the log-likelihood of a generalised linear mixed model with one random effect a
/// level, by adaptive Gauss–Hermite quadrature about every level's mode (Pinheiro & Bates 1995, doi
/// 10.1080/10618600.1995.10474663), over T and then β as `LaplaceCriterion`, which one node is.
///
/// The gradient is that of the sum as it stands: nodes move with modes and curvatures.
final class QuadratureCriterion: SlopedCriterion {
  let parameters: StructuredParameters
  private let rows: ResponseRows
  /// Z̃, one number a row.
  private let z: [Double]
  /// Rows of every level; those of no level are a level of their own with Z̃ = 0.
  private let levels: [[Int]]
  private let rule: GaussHermite
  private let constant: Double
  private var modes: [Double]
  private(set) var value = Double.nan
  private var evaluated: [Double] = []
  private var gradient: [Double] = []

  /// - Precondition: the design has one term of one column, no relationship, and a residual without
  ///   parameters or weights.
  init?(design: StructuredDesign, rows: ResponseRows, points: Int) {
    precondition(design.terms.count == 1 && design.terms[0].columns.columns == 1)
    guard let rule = GaussHermite(count: points) else { return nil }
    self.rule = rule
    self.rows = rows
    parameters = StructuredParameters(design: design, extra: rows.columns.columns)
    z = design.scaledColumns[0].elements
    let term = design.terms[0]
    var levels = [[Int]](repeating: [], count: term.levelCount + 1)
    for (row, level) in term.levelOfRow.enumerated() {
      levels[level < 0 ? term.levelCount : level].append(row)
    }
    self.levels = levels.filter { !$0.isEmpty }
    constant = -2 * rows.logNormaliser
    modes = [Double](repeating: 0, count: self.levels.count)
  }

  func prepareForms() {}

  func evaluate(at x: [Double]) -> Bool {
    if x == evaluated { return true }
    evaluated = []
    let fixed = rows.fixedPredictor(x[1...])
    var sum = constant
    var gradient = [Double](repeating: 0, count: parameters.count)
    for index in levels.indices {
      guard let share = addLevel(index, t: x[0], fixed: fixed, into: &gradient) else {
        return false
      }
      sum -= 2 * share
    }
    guard sum.isFinite, gradient.allSatisfy(\.isFinite) else { return false }
    value = sum
    self.gradient = gradient
    evaluated = x
    return true
  }

  func slope(at x: [Double]) -> TrustRegion.Slope? {
    evaluate(at: x) ? TrustRegion.Slope(value: value, gradient: gradient) : nil
  }

  /// h and its derivative at u.
  private func penalised(
    _ u: Double, _ index: Int, t: Double, fixed: [Double]
  ) -> (value: Double, slope: Double, curvature: Double) {
    var (value, slope, curvature) = (0.5 * u * u, u, 1.0)
    for row in levels[index] {
      let eta = fixed[row] + t * z[row] * u
      let (mean, variance, _) = rows.family.moments(eta)
      value += rows.shortfall(row, eta)
      slope -= rows.sizes[row] * (rows.response[row] - mean) * t * z[row]
      curvature += rows.sizes[row] * variance * t * t * z[row] * z[row]
    }
    return (value, slope, curvature)
  }

  /// û by Newton's method with halved steps.
  private func findMode(_ index: Int, t: Double, fixed: [Double]) -> (mode: Double, value: Double)?
  {
    var u = modes[index]
    var here = penalised(u, index, t: t, fixed: fixed)
    if !here.value.isFinite {
      u = 0
      here = penalised(u, index, t: t, fixed: fixed)
    }
    for _ in 0..<200 {
      guard here.value.isFinite else { return nil }
      var step = -here.slope / here.curvature
      var next = penalised(u + step, index, t: t, fixed: fixed)
      while !(next.value <= here.value + 1e-13 * (1 + abs(here.value))), abs(step) > 1e-14 {
        step *= 0.5
        next = penalised(u + step, index, t: t, fixed: fixed)
      }
      u += step
      here = next
      if abs(step) < 1e-10 * (1 + abs(u)) {
        modes[index] = u
        return (u, here.value)
      }
    }
    return nil
  }

  /// log L of a level; −2 times its derivatives are added to the gradient.
  private func addLevel(
    _ index: Int, t: Double, fixed: [Double], into gradient: inout [Double]
  ) -> Double? {
    guard let (mode, least) = findMode(index, t: t, fixed: fixed) else { return nil }
    let family = rows.family
    let p = rows.columns.columns
    /// A row with a moved predictor's derivatives; T first, then β.
    func direction(_ row: Int, _ u: Double, _ j: Int) -> Double {
      j == 0 ? z[row] * u : rows.columns.elements[row * p + j - 1]
    }
    // H, and ∂h'/∂ψ and ∂H/∂ψ at a fixed u.
    var (curvature, third) = (1.0, 0.0)
    var slopes = [Double](repeating: 0, count: p + 1)
    var curvatures = slopes
    for row in levels[index] {
      let scale = t * z[row]
      let (mean, variance, slope) = family.moments(fixed[row] + scale * mode)
      let size = rows.sizes[row]
      curvature += size * variance * scale * scale
      third += size * slope * scale * scale * scale
      for j in 0...p {
        let along = direction(row, mode, j)
        slopes[j] += size * variance * along * scale
        curvatures[j] += size * slope * along * scale * scale
      }
      slopes[0] -= size * (rows.response[row] - mean) * z[row]
      curvatures[0] += 2 * size * variance * t * z[row] * z[row]
    }
    let width = 1 / curvature.squareRoot()
    // Nodes, with their shares of the integral; and h' there.
    let nodes = rule.nodes.map { mode + 2.0.squareRoot() * width * $0 }
    let values = nodes.map { penalised($0, index, t: t, fixed: fixed) }
    let logs = nodes.indices.map { k in
      rule.logWeights[k] + rule.nodes[k] * rule.nodes[k] - (values[k].value - least)
    }
    let largest = logs.max() ?? 0
    let total = logs.reduce(0) { $0 + exp($1 - largest) }
    guard total.isFinite, total > 0 else { return nil }
    let shares = logs.map { exp($0 - largest) / total }
    // Mean residuals over the nodes, alone and with u.
    var derivative = [Double](repeating: 0, count: p + 1)
    for row in levels[index] {
      var (rest, restTimesNode) = (0.0, 0.0)
      for (node, share) in zip(nodes, shares) {
        let mean = family.mean(fixed[row] + t * z[row] * node)
        let value = share * rows.sizes[row] * (rows.response[row] - mean)
        rest += value
        restTimesNode += value * node
      }
      derivative[0] += z[row] * restTimesNode
      for j in 0..<p { derivative[j + 1] += rest * rows.columns.elements[row * p + j] }
    }
    // Σ share h' and Σ share h' √2 x width.
    var (push, spread) = (0.0, 0.0)
    for k in nodes.indices {
      push += shares[k] * values[k].slope
      spread += shares[k] * values[k].slope * (nodes[k] - mode)
    }
    for j in 0...p {
      let modeSlope = -slopes[j] / curvature
      let logWidthSlope = -0.5 * (curvatures[j] + third * modeSlope) / curvature
      derivative[j] += logWidthSlope - push * modeSlope - spread * logWidthSlope
      gradient[j] -= 2 * derivative[j]
    }
    return log(width) - 0.5 * log(Double.pi) + largest + log(total) - least
  }
}
