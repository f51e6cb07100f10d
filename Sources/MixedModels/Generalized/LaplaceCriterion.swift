import Glibc
import LinearAlgebra

/// Minus twice the log-likelihood of a generalised linear mixed model by Laplace's approximation,
/// over the entries of all T and then the coefficients β of the fixed columns:
/// f = 2 h(û) + log|A| − 2 Σ c, h(u) = Σ m (b(η) − yη) + u'u/2 up to what rows alone decide (c holds
/// the rest), η = offset + Xβ + ZΛu,
/// A = I + Λ'Z'WZΛ with W = m b''(η) at the mode û (Bates & DebRoy 2004, doi
/// 10.1016/j.jmva.2004.04.013).
///
/// The gradient is exact: with r = m (y − b'), g = m b''' · diag ZΛA⁻¹Λ'Z', v = A⁻¹Λ'Z'g and
/// k = g − 2r − WZΛv it is X'k by β, and by T the sum over levels of (Z'k)u' + (Z'r)v' +
/// 2 (Z'WZΛA⁻¹)_ll, for the mode moves by A⁻¹ of what h' does.
///
/// One object serves one thread.
final class LaplaceCriterion: SlopedCriterion {
  let design: StructuredDesign
  let parameters: StructuredParameters
  /// In the order of the pattern's rows.
  let rows: ResponseRows
  let engine: SparseCriterion
  private let z: SparseRows
  private let constant: Double

  /// û, one number a column of Z, and η, one a row.
  private(set) var modes: [Double]
  private(set) var predictor: [Double]
  private(set) var value = Double.nan
  private var evaluated: [Double] = []
  /// m (y − b'), m b'' and m b''' at the mode.
  private var rests: [Double]
  private var weights: [Double]
  private var slopes: [Double]

  /// - Parameters:
  ///   - rows: in the order of samples.
  ///   - design: its residual has no parameters and no weights.
  /// - Precondition: no term has a relationship matrix.
  init(design: StructuredDesign, rows: ResponseRows) {
    self.design = design
    engine = SparseCriterion(design: design, criterion: .ml, fixedCount: 0, usesLanes: false)
    parameters = StructuredParameters(design: design, extra: rows.columns.columns)
    self.rows = rows.selecting(engine.pattern.samples)
    z = SparseRows(engine.pattern)
    constant = -2 * rows.logNormaliser
    modes = [Double](repeating: 0, count: engine.pattern.columnCount)
    predictor = rows.offset
    rests = predictor
    weights = predictor
    slopes = predictor
  }

  /// Nothing: everything is at hand.
  func prepareForms() {}

  func evaluate(at x: [Double]) -> Bool {
    if x == evaluated { return true }
    evaluated = []
    let theta = Array(x[..<parameters.covarianceCount])
    guard let penalised = findModes(theta, fixed: rows.fixedPredictor(x[theta.count...])) else {
      return false
    }
    setMoments()
    engine.weigh(weights)
    guard let logDeterminant = engine.factorise(at: theta) else { return false }
    value = penalised + logDeterminant + constant
    guard value.isFinite else { return false }
    evaluated = x
    return true
  }

  /// Newton's method for û from the last one; twice h there, nil where it has no minimum in reach.
  private func findModes(_ theta: [Double], fixed: [Double]) -> Double? {
    engine.setFactors(theta)
    var effects = engine.turned(modes)
    predictor = fixed
    z.add(effects, to: &predictor)
    var penalised = penalisedDeviance(modes, predictor)
    if !penalised.isFinite {
      modes = [Double](repeating: 0, count: modes.count)
      effects = modes
      predictor = fixed
      penalised = penalisedDeviance(modes, predictor)
      guard penalised.isFinite else { return nil }
    }
    for _ in 0..<Self.maximumIterations {
      guard let step = step(theta, fixed: fixed) else { return nil }
      var share = 1.0
      var change = 0.0
      while true {
        let next = zip(modes, step.modes).map { $0 + share * ($1 - $0) }
        let nextEffects = zip(effects, step.effects).map { $0 + share * ($1 - $0) }
        var nextPredictor = fixed
        z.add(nextEffects, to: &nextPredictor)
        let nextPenalised = penalisedDeviance(next, nextPredictor)
        if nextPenalised <= penalised + 1e-12 * (1 + abs(penalised)) {
          change = zip(predictor, nextPredictor).reduce(0) { max($0, abs($1.0 - $1.1)) }
          (modes, effects, predictor, penalised) =
            (next, nextEffects, nextPredictor, nextPenalised)
          break
        }
        share *= 0.5
        // No way down: rounding hides it.
        guard share > 1e-8 else { return penalised }
      }
      // Newton's next step would be of the order of the square.
      if share == 1, change < 1e-6 { return penalised }
    }
    return nil
  }

  private static let maximumIterations = 200

  /// û and Λû by one step of Newton's method from the predictor.
  private func step(
    _ theta: [Double], fixed: [Double]
  ) -> (modes: UnsafeBufferPointer<Double>, effects: UnsafeBufferPointer<Double>)? {
    setMoments()
    engine.weigh(weights)
    engine.load(
      rows: predictor.indices.map { predictor[$0] - fixed[$0] + rests[$0] / weights[$0] })
    guard engine.factorise(at: theta) != nil else { return nil }
    let (modes, effects) = engine.modes
    // Safe: a number for every column of Z, until the next factorisation.
    let count = self.modes.count
    return (
      UnsafeBufferPointer(start: modes, count: count),
      UnsafeBufferPointer(start: effects, count: count)
    )
  }

  private func setMoments() {
    rows.setMoments(predictor, rests: &rests, weights: &weights, slopes: &slopes)
  }

  /// 2 h(u).
  private func penalisedDeviance(_ modes: [Double], _ predictor: [Double]) -> Double {
    dotProduct(modes, modes) + 2 * rows.shortfall(predictor)
  }

  /// Λû of a term, levels × q, in the coordinates of Z̃; 0 for a level without samples.
  func effects(ofTerm term: Int) -> [Double] {
    engine.levels(ofTerm: term, engine.turned(modes))
  }

  /// A factorisation at a point's mode and weights, with the fixed columns in place, as what says how
  /// modes move with β.
  func engineWithFixedColumns(at x: [Double]) -> SparseCriterion {
    let wide = SparseCriterion(
      design: design, criterion: .ml, fixedCount: rows.columns.columns, usesLanes: false)
    var ordered = rows.columns
    for (row, sample) in engine.pattern.samples.enumerated() {
      for j in 0..<ordered.columns { ordered[sample, j] = rows.columns[row, j] }
    }
    _ = evaluate(at: x)
    wide.load(ordered, at: 0)
    wide.weigh(weights)
    _ = wide.factorise(at: Array(x[..<parameters.covarianceCount]))
    return wide
  }

  /// η at the mode, in the order of samples.
  var conditionalPredictor: [Double] {
    var ordered = predictor
    for (row, sample) in engine.pattern.samples.enumerated() { ordered[sample] = predictor[row] }
    return ordered
  }

  func slope(at x: [Double]) -> TrustRegion.Slope? {
    guard evaluate(at: x), let gradient = gradient() else { return nil }
    return TrustRegion.Slope(value: value, gradient: gradient)
  }

  /// The gradient at the point last evaluated.
  private func gradient() -> [Double]? {
    let (sums, leverages) = engine.traces()
    // leverages hold W.
    let g = leverages.indices.map { slopes[$0] / weights[$0] * leverages[$0] }
    engine.load(rows: g.indices.map { g[$0] / weights[$0] })
    guard engine.factorise(at: Array(evaluated[..<parameters.covarianceCount])) != nil else {
      return nil
    }
    let count = modes.count
    let (v, movedV) = engine.modes
    var k = [Double](repeating: 0, count: g.count)
    z.add(movedV, to: &k)
    for row in k.indices { k[row] = g[row] - 2 * rests[row] - weights[row] * k[row] }
    var gradient = [Double](repeating: 0, count: parameters.count)
    let (zk, zr) = (z.transposed(k), z.transposed(rests))
    // Safe: a number for every column of Z.
    engine.addProducts(
      zk, modes, zr, Array(UnsafeBufferPointer(start: v, count: count)), sums, into: &gradient)
    let p = rows.columns.columns
    for row in k.indices {
      for j in 0..<p {
        gradient[parameters.covarianceCount + j] += rows.columns.elements[row * p + j] * k[row]
      }
    }
    return gradient
  }
}
