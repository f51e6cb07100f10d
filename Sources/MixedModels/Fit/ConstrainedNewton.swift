/// The Newton iteration over the cone of admissible M, driven by one evaluator.
struct ConstrainedNewton {
  let shape: RandomEffectShape

  struct Result {
    var point: SymmetricMatrix2
    var face: ConeFace
    var criterion: SecondOrder
    var converged: Bool
  }

  /// Minimises `evaluate` from `start`; nil where the start itself has no value.
  ///
  /// The last call of `evaluate` is always at the point returned, so that the evaluator's factors
  /// belong to it.
  func minimise(
    from start: SymmetricMatrix2, face: ConeFace, evaluate: (SymmetricMatrix2) -> SecondOrder?
  ) -> Result? {
    var iteration = NewtonIteration(shape: shape, start: start, face: face)
    while iteration.isRunning { iteration.take(evaluate(iteration.trial)) }
    guard iteration.state == .finished else { return nil }
    return Result(
      point: iteration.point, face: iteration.face, criterion: iteration.criterion,
      converged: iteration.converged)
  }
}
