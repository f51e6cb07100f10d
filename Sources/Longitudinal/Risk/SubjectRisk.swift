/// What is said of one subject.
package struct SubjectRisk: Sendable {
  package var id: String
  package var risk: Double
  /// For both stages' parameters being uncertain.
  package var lower: Double
  package var upper: Double
  /// For the subject's own predictors being uncertain as well.
  package var subjectLower: Double
  package var subjectUpper: Double
  /// 0, 1, or NaN.
  package var observed: Double
  /// By cross-validation.
  package var foldRisk: Double

  init(
    id: String, risk: Double, replicates: [(risk: Double, drawn: Double)], observed: Double,
    foldRisk: Double, level: Double
  ) {
    self.id = id
    self.risk = risk
    self.observed = observed
    self.foldRisk = foldRisk
    (lower, upper) = ReplicateDistribution(replicates.map(\.risk)).interval(level)
    (subjectLower, subjectUpper) = ReplicateDistribution(replicates.map(\.drawn)).interval(level)
  }
}
