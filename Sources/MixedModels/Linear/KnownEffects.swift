import LinearAlgebra

/// What a fit knows of the levels of some rows to predict, in the coordinates of its criterion.
struct KnownEffects {
  /// A level of a term.
  struct Level: Hashable {
    var term: Int
    var level: Int
  }

  /// Without repetition, in the order of the rows.
  let levels: [Level]
  /// By level: S of its random effects.
  let sensitivities: [Matrix]
  /// Of all random effects, given the data.
  let covariance: Matrix
  /// The place of every level among `levels`.
  let places: [Level: Int]
  /// The first random effect of every level; their number at the end.
  let offsets: [Int]

  /// - Precondition: the criterion was evaluated.
  init(_ levels: [Level], criterion: any LikelihoodCriterion) {
    self.levels = levels
    places = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
    sensitivities = levels.map { criterion.fixedSensitivity(term: $0.term, level: $0.level) }
    covariance = criterion.conditionalCovariance(of: levels.map { ($0.term, $0.level) })
    offsets = levels.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + criterion.parameters.sizes[$1.term])
    }
  }
}
