/// Plain sentences on what a fit shows, and on what it does not.
package struct LagStatement: Sendable {
  private let fit: LagFit
  private let conclusion: LagConclusion

  package init(_ fit: LagFit) {
    self.fit = fit
    conclusion = LagConclusion(fit)
  }

  private var x: String { fit.rows.names.x }
  private var y: String { fit.rows.names.y }

  /// The result in one sentence or two.
  package var result: String {
    switch conclusion {
    case .xLeads: leads(x, y)
    case .yLeads: leads(y, x)
    case .bothXStronger: both + ", and \(x) tells more about \(y) than \(y) about \(x)."
    case .bothYStronger: both + ", and \(y) tells more about \(x) than \(x) about \(y)."
    case .bothAlike: both + "; which of them more is not shown."
    case .xOnly: one(x, y)
    case .yOnly: one(y, x)
    case .neither:
      "Neither process is shown to tell where the other goes next. That is no evidence that they "
        + "do not: the intervals say which paths the data allow."
    }
  }

  private var both: String {
    "Each process tells where the other goes next, beyond what that one's own past tells "
      + "(\(y) is \(direction(x)) after more \(x), \(x) \(direction(y)) after more \(y))"
  }

  private func leads(_ leader: String, _ follower: String) -> String {
    "\(leader) leads: where a subject's \(leader) is above what is usual for it, its \(follower) is "
      + "\(direction(leader)) at the next visit, beyond what its own past tells. The path back is "
      + "not shown, and is smaller."
  }

  private func one(_ leader: String, _ follower: String) -> String {
    "A subject's \(leader) tells where its \(follower) goes next (\(direction(leader)) after higher "
      + "values), beyond what its own past tells. The path back is not shown, but the two do not "
      + "differ by more than chance: that \(leader) leads is not shown."
  }

  private func direction(_ leader: String) -> String {
    let path = leader == x ? fit.paths.xy : fit.paths.yx
    return path.estimate > 0 ? "higher" : "lower"
  }

  /// What may be concluded.
  package var may: [String] {
    guard conclusion != .neither else { return [] }
    return [
      "Precedence within subjects: which process helps to predict the other at the next visit "
        + "(Granger's sense), differences between subjects set aside, at this lag of "
        + lag + " and for lines."
    ]
  }

  private var lag: String {
    let gaps = fit.pairs.gaps
    let mean = CompactNumber.text(gaps.mean)
    return gaps.most - gaps.least <= 1e-6 * gaps.most
      ? mean
      : "\(CompactNumber.text(gaps.least)) to \(CompactNumber.text(gaps.most)) (mean \(mean))"
  }

  /// What may not be concluded.
  package var mayNot: [String] {
    [
      "That one causes the other: a third thing that changes over time and acts on both, on one of "
        + "them sooner, makes the same paths.",
      "That subjects with more \(x) have more or less \(y): differences between subjects are in the "
        + "random intercepts, not in the paths.",
      "Anything about other lags: paths grow, shrink and change sign with the time between visits.",
      "That a path is as strong as it looks: errors of measurement weaken a path from the process "
        + "that has them, and what is seen of the other in its stead may look like a path from there.",
      "That this holds where subjects have trends of their own, which the model lacks and which may "
        + "look like paths, or where paths drift over time or depend on the level.",
    ]
  }

  /// What a user should know before trusting the fit.
  package var warnings: [String] {
    var warnings: [String] = []
    switch fit.status {
    case .flat:
      warnings.append(
        "not converged: the best point found is reported, where the deviance's largest derivative is "
          + CompactNumber.text(fit.largestGradient))
    case .boundary:
      warnings.append(
        "the optimum lies on the boundary: a random intercept has variance 0, or the two have "
          + "correlation ±1; standard errors take that as known")
    default: break
    }
    if fit.paths.spectralRadius >= 1 {
      warnings.append(
        "the processes do not return to a mean (largest eigenvalue "
          + "\(CompactNumber.text(fit.paths.spectralRadius))): tests suppose that they do")
    }
    let pairs = fit.pairs
    let long = pairs.runs.count { $0.pairCount > 1 }
    if 2 * long < pairs.runs.count {
      warnings.append(
        "\(pairs.runs.count - long) of \(pairs.runs.count) runs have two visits only, which tell paths "
          + "within subjects from differences between them by the other runs alone")
    }
    if long < 30 {
      warnings.append("\(long) runs of three visits or more are few: tests suppose many")
    }
    let seen = pairs.visits.reduce(0) { $0 + max(0, $1.count - 1) }
    if 4 * pairs.droppedGaps > seen {
      warnings.append(
        "\(pairs.droppedGaps) of \(seen) gaps are longer than the lag and left out: if visits are "
          + "missed because of the processes, paths may be wrong")
    }
    if pairs.gaps.most > 2 * pairs.gaps.least {
      warnings.append("lags differ: the paths are those of no single lag, but something between")
    }
    return warnings
  }
}
