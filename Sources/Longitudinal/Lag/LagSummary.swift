import Glibc

/// A cross-lagged fit as text.
package struct LagSummary {
  private let fit: LagFit
  private let conclusion: LagConclusion
  private let statement: LagStatement

  package init(_ fit: LagFit) {
    self.fit = fit
    conclusion = LagConclusion(fit)
    statement = LagStatement(fit)
  }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  private var names: LagRows.Names { fit.rows.names }

  private var lines: [String] {
    var lines = header
    lines += ["", "Paths within subjects, from a visit to the next:"] + table(fit.paths.all)
    let deviations = fit.withinDeviations
    lines += [
      "",
      "In SDs within subjects (\(names.x) \(CompactNumber.text(deviations.x)), "
        + "\(names.y) \(CompactNumber.text(deviations.y))):",
    ]
    lines += table(fit.standardizedPaths.all + [fit.comparison])
    lines += ["", "Random intercepts given the first visit, and residuals:"] + spreads
    lines += ["", "Conclusion: \(conclusion.rawValue)  (x is \(names.x), y is \(names.y))"]
    lines += SummaryBlocks.wrapped(statement.result, first: "  ", indent: "  ", width: 100)
    for (title, sentences) in [
      ("What may be concluded:", statement.may), ("What may not:", statement.mayNot),
    ] where !sentences.isEmpty {
      lines +=
        ["", title]
        + sentences.flatMap {
          SummaryBlocks.wrapped($0, first: "  - ", indent: "    ", width: 100)
        }
    }
    if fit.status != .ok { lines += ["", "status: \(fit.status)"] }
    return lines
  }

  private var header: [String] {
    let pairs = fit.pairs
    let used = Set(pairs.runs.map(\.subject)).count
    var lines = [
      "Cross-lagged model of \(names.x) and \(names.y), given the first visit, by maximum likelihood",
      "   Data: \(fit.rows.path)",
      "Subjects: \(pairs.subjectCount), \(used) of them with pairs of visits",
      "Pairs of visits used: \(pairs.pairs.count), in \(pairs.runs.count) runs",
    ]
    let gaps = pairs.gaps
    switch pairs.rule {
    case .step(let step): lines.append("Lag: one step of \(CompactNumber.text(step))")
    case .within(let most):
      lines.append(
        "Lag: up to \(CompactNumber.text(most)); \(CompactNumber.text(gaps.least)) to "
          + "\(CompactNumber.text(gaps.most)), mean \(CompactNumber.text(gaps.mean))")
    }
    let dropped =
      pairs.droppedVisits.map { "\($0.value) visits \($0.key)" }
      + (pairs.droppedGaps > 0 ? ["\(pairs.droppedGaps) gaps longer than the lag"] : [])
    if !dropped.isEmpty { lines.append("Left out: \(dropped.joined(separator: ", "))") }
    var columns = TextColumns([.right, .right, .right, .right])
    columns.append(["AIC", "BIC", "logLik", "deviance"])
    columns.append(
      [fit.akaike, fit.bayesian, fit.logLikelihood, fit.deviance].map {
        CompactNumber.fixed($0, decimals: 1)
      })
    return lines + [""] + columns.lines
  }

  private func table(_ estimates: [LagEstimate]) -> [String] {
    let numbers = CompactNumber.coefficients([
      estimates.map(\.estimate), estimates.map(\.standardError), estimates.map(\.lower),
      estimates.map(\.upper),
    ])
    var columns = TextColumns([.left, .right, .right, .right, .right, .right, .right, .left])
    let tail = 50 * (1 - fit.level)
    columns.append(
      ["", "Estimate", "Std. Error"] + [tail, 100 - tail].map { "\(CompactNumber.text($0)) %" }
        + ["z value", "Pr(>|z|)", ""])
    for (row, estimate) in estimates.enumerated() {
      columns.append(
        [estimate.name] + (0..<4).map { numbers[$0][row] } + [
          CompactNumber.fixed(estimate.statistic, decimals: 3),
          CompactNumber.pValue(logarithm: estimate.logPValue),
          CompactNumber.stars(logarithm: estimate.logPValue),
        ])
    }
    return columns.lines
  }

  private var spreads: [String] {
    var columns = TextColumns([.left, .right, .right, .right])
    columns.append(["", "SD \(names.x)", "SD \(names.y)", "Corr"])
    for (name, pair) in [("(Intercept)", fit.intercepts), ("Residual", fit.residuals)] {
      columns.append(
        [name, CompactNumber.text(pair.x), CompactNumber.text(pair.y)] + [
          CompactNumber.fixed(pair.correlation, decimals: 2)
        ])
    }
    return columns.lines
  }
}
