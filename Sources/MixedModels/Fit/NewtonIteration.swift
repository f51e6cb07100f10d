/// A safeguarded Newton iteration over the cone of admissible M, one evaluation at a time.
///
/// Each step minimises the local quadratic model over the cone exactly (`ConeQuadratic`), then
/// backtracks along the segment to that point. Near an optimum of any rank the iteration converges
/// quadratically. It proposes `trial` and takes in the criterion found there, so that one and the
/// same logic drives one fit or several in the lanes of a vector. The last evaluation asked for is
/// always at the point reported, so that the evaluator's factors belong to it.
struct NewtonIteration {
  let shape: RandomEffectShape
  /// Converged when the model promises less than this; the criterion is then within about as much
  /// of the optimum.
  var tolerance = 5e-11
  var maximumIterations = 60
  /// Steps to be made before convergence counts: a start close enough to an optimum to pass for one
  /// is still only as good as it was.
  var minimumSteps = 0

  /// Where the criterion is to be evaluated next; the point reported, once finished.
  private(set) var trial: SymmetricMatrix2
  /// The best point so far.
  private(set) var point: SymmetricMatrix2
  private(set) var face: ConeFace
  /// The criterion at `point`.
  private(set) var criterion = SecondOrder()
  private(set) var state = State.starting
  private(set) var converged = false

  private var iterations = 0
  private var length = 1.0
  private var step: Step

  enum State {
    /// The start is being evaluated.
    case starting
    /// A trial of a step is being evaluated.
    case searching
    /// The search gave up, and the best point is being evaluated again.
    case closing
    case finished
    /// The start has no value.
    case failed
  }

  /// A minimiser of the quadratic model and the reduction it promises.
  private struct Step {
    var target: SymmetricMatrix2
    var face: ConeFace
    var reduction = 0.0
  }

  init(shape: RandomEffectShape, start: SymmetricMatrix2, face: ConeFace) {
    self.shape = shape
    trial = start
    point = start
    self.face = face
    step = Step(target: start, face: face)
  }

  /// Whether `trial` waits for its evaluation.
  var isRunning: Bool { state != .finished && state != .failed }

  /// Takes in the criterion at `trial`, nil where it has no value there, and proposes the next.
  mutating func take(_ value: SecondOrder?) {
    switch state {
    case .starting:
      guard let value else {
        state = .failed
        return
      }
      criterion = value
      beginStep()
    case .searching:
      if let value,
        Self.isAcceptable(
          value.value, before: criterion.value, promised: length * step.reduction)
      {
        criterion = value
        point = trial
        face = length == 1 ? step.face : .interior
        beginStep()
      } else {
        length *= 0.5
        propose()
      }
    case .closing:
      guard let value else {
        state = .failed
        return
      }
      criterion = value
      // At the limit of rounding the model's promise says whether this is an optimum.
      let step = proposal()
      converged = step.face == face && step.reduction < 1e-8
      state = .finished
    case .finished, .failed:
      preconditionFailure("the iteration is over")
    }
  }

  private mutating func beginStep() {
    guard iterations < maximumIterations else { return close() }
    iterations += 1
    step = proposal()
    if step.reduction < tolerance, step.face == face, iterations > minimumSteps {
      converged = true
      state = .finished
      return
    }
    length = 1
    propose()
  }

  /// The longest step, of those left, that keeps its distance from the border.
  private mutating func propose() {
    let direction = step.target - point
    while length >= 1e-9 {
      trial = length == 1 ? step.target : point + length * direction
      if Self.keepsDistance(trial, from: point) {
        state = .searching
        return
      }
      length *= 0.5
    }
    close()
  }

  private mutating func close() {
    trial = point
    state = .closing
  }

  /// The minimiser of the quadratic model over the cone and the reduction it promises.
  private func proposal() -> Step {
    let hessian = convexHessian()
    let g = criterion.gradient
    let hx = hessian.multiply(point.a11, point.a12, point.a22)
    let model = ConeQuadratic(
      hessian: hessian, linear: (hx.0 - g[0], hx.1 - g[1], hx.2 - g[2]), shape: shape)
    let (target, targetFace) = model.minimiser()
    return Step(
      target: target, face: targetFace,
      reduction: model.value(at: point) - model.value(at: target))
  }

  /// The Hessian, made positive definite in the free coordinates.
  private func convexHessian() -> SymmetricMatrix3 {
    let packed = criterion.hessian
    switch shape {
    case .scalar:
      return SymmetricMatrix3(max(abs(packed[0]), 1e-8), 0, 0, 1, 0, 1)
    case .diagonal:
      let hessian = SymmetricMatrix3(packed[0], 0, packed[2], 1, 0, packed[5])
      let free = SymmetricMatrix3(packed[0], packed[2], 0, packed[5], 0, max(packed[0], packed[5]))
      if free.isPositiveDefinite { return hessian }
      let mended = free.madePositiveDefinite()
      return SymmetricMatrix3(mended.h11, 0, mended.h12, 1, 0, mended.h22)
    case .full:
      let hessian = SymmetricMatrix3(packed)
      if hessian.isPositiveDefinite { return hessian }
      // At a rank-one point the curvature across the boundary does not matter to second order:
      // ρ (u'ΔM u)², u ⊥ M, is of fourth order on the boundary. Raising it keeps the quadratic
      // convergence along the boundary that a general mending would spoil.
      if face == .rankOne, let raised = raisedAcrossBoundary(hessian, at: point) { return raised }
      return hessian.madePositiveDefinite()
    }
  }

  private func raisedAcrossBoundary(
    _ h: SymmetricMatrix3, at m: SymmetricMatrix2
  ) -> SymmetricMatrix3? {
    let trace = m.a11 + m.a22
    // u'ΔMu for the unit vector u with Mu = 0: uu' = (tr(M) I − M) / tr(M).
    let n = (m.a22 / trace, -2 * m.a12 / trace, m.a11 / trace)
    let size = max(abs(h.h11), max(abs(h.h22), abs(h.h33)))
    for rho in [10 * size, 1e3 * size] {
      let raised = SymmetricMatrix3(
        h.h11 + rho * n.0 * n.0, h.h12 + rho * n.0 * n.1, h.h13 + rho * n.0 * n.2,
        h.h22 + rho * n.1 * n.1, h.h23 + rho * n.1 * n.2, h.h33 + rho * n.2 * n.2)
      if raised.isPositiveDefinite { return raised }
    }
    return nil
  }

  /// Whether I − M stays positive definite and loses at most 98 % of its smaller eigenvalue: the
  /// criterion is infinite at its border.
  private static func keepsDistance(_ trial: SymmetricMatrix2, from point: SymmetricMatrix2) -> Bool
  {
    let before = (SymmetricMatrix2.identity - point).eigenvalues.smaller
    let after = (SymmetricMatrix2.identity - trial).eigenvalues.smaller
    return after >= 0.02 * before
  }

  /// A sufficient decrease, or one lost in the rounding of the criterion.
  private static func isAcceptable(_ value: Double, before: Double, promised: Double) -> Bool {
    if value <= before - 1e-4 * promised { return true }
    let rounding = 1e-11 * max(1, abs(before))
    return promised < 100 * rounding && value <= before + rounding
  }
}
