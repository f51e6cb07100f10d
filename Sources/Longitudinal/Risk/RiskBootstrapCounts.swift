/// How the replicates ended.
package struct RiskBootstrapCounts: Sendable {
  package var requested: Int
  package var used: Int
  /// Used, but without finite estimates.
  package var unbounded: Int
  package var failed: [(reason: String, count: Int)]

  init(_ draws: RiskDraws, requested: Int) {
    self.requested = requested
    used = draws.used.count
    unbounded = draws.count(.unbounded)
    failed = RiskStages.Failure.allCases.compactMap { reason in
      let count = draws.count(.failed(reason))
      return count == 0 ? nil : (reason.rawValue, count)
    }
  }

  var warnings: [String] {
    var notes: [String] = []
    if requested > 0, requested < 200 {
      notes.append(
        "ends of intervals are nearly the outermost of \(requested) replicates, and rough: --bootstrap 500 "
          + "or more is for reports")
    }
    notes += failed.map { "\($0.count) of \(requested) replicates failed: \($0.reason)" }
    if unbounded > 0 {
      notes.append(
        "\(unbounded) of \(requested) replicates had no finite estimates; they count as far out in "
          + "quantiles")
    }
    return notes
  }
}
