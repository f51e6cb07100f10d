import MixedModels

/// What was asked of a fit beyond its coefficients.
package struct FitExtras: Sendable {
  package var contrasts: [FixedEffect] = []
  package var means: [MarginalEstimate] = []
  package var meanDifferences: [MarginalEstimate] = []
  package var slopes: [MarginalEstimate] = []
  package var slopeDifferences: [MarginalEstimate] = []
  package var terms: [TermTest] = []
  package var likelihood: [LikelihoodRatioTest] = []
  package var variances: [VarianceTest] = []
  package var visits: [VisitSchedule.Visit] = []
  package var averaged: [AveragedComparison] = []

  package init() {}
}

/// Those as text.
struct ExtraTables {
  private let extras: FitExtras
  /// Of means and slopes; nil for that of the response.
  private let scale: String?

  init(_ extras: FitExtras, scale: String? = nil) {
    self.extras = extras
    self.scale = scale
  }

  var lines: [String] {
    var lines: [String] = []
    if !extras.terms.isEmpty { lines += ["", "Type III tests:"] + terms }
    if !extras.likelihood.isEmpty {
      lines += ["", "Likelihood-ratio tests, each term left out:"] + likelihood
    }
    for (title, effects) in [
      ("Contrasts:", extras.contrasts), ("Marginal means:", extras.means.map(\.effect)),
      ("Differences of means:", extras.meanDifferences.map(\.effect)),
      ("Simple slopes:", extras.slopes.map(\.effect)),
      ("Differences of slopes:", extras.slopeDifferences.map(\.effect)),
    ] where !effects.isEmpty {
      let title = scale.map { "\(title.dropLast()) (\($0)):" } ?? title
      lines += ["", title] + CoefficientTable.lines(effects) { $0.term }
    }
    if !extras.variances.isEmpty { lines += ["", "Tests of variances:"] + variances }
    if !extras.visits.isEmpty { lines += ["", "Next visits:"] + visits }
    for comparison in extras.averaged {
      lines += AveragedReport(comparison: comparison).lines
    }
    return lines
  }

  private var terms: [String] {
    guard !extras.terms.allSatisfy({ $0.test.denominatorDegreesOfFreedom.isInfinite }) else {
      return chiSquared(
        extras.terms.map {
          let k = $0.test.numeratorDegreesOfFreedom
          return ($0.term, $0.test.statistic * k, k, $0.logPValue)
        })
    }
    var columns = TextColumns([.left, .right, .right, .right, .right, .left])
    columns.append(["", "NumDF", "DenDF", "F value", "Pr(>F)", ""])
    for term in extras.terms {
      columns.append([
        term.term, CompactNumber.text(term.test.numeratorDegreesOfFreedom),
        CompactNumber.text(term.test.denominatorDegreesOfFreedom, digits: 5),
        CompactNumber.text(term.test.statistic, digits: 5),
        CompactNumber.pValue(logarithm: term.logPValue),
        CompactNumber.stars(logarithm: term.logPValue),
      ])
    }
    return columns.lines
  }

  private var likelihood: [String] {
    chiSquared(
      extras.likelihood.map { ($0.term, $0.statistic, $0.degreesOfFreedom, $0.logPValue) })
  }

  private func chiSquared(
    _ tests: [(term: String, statistic: Double, freedom: Double, logPValue: Double)]
  ) -> [String] {
    var columns = TextColumns([.left, .right, .right, .right, .left])
    columns.append(["", "Df", "Chisq", "Pr(>Chisq)", ""])
    for test in tests {
      columns.append([
        test.term, CompactNumber.text(test.freedom), CompactNumber.text(test.statistic, digits: 5),
        CompactNumber.pValue(logarithm: test.logPValue),
        CompactNumber.stars(logarithm: test.logPValue),
      ])
    }
    return columns.lines
  }

  private var variances: [String] {
    var columns = TextColumns([.left, .right, .left, .right, .right])
    columns.append(["", "LRT", "reference", "p", "p (bootstrap)"])
    for test in extras.variances {
      columns.append([
        test.name, CompactNumber.text(test.statistic), test.reference.text,
        CompactNumber.pValue(logarithm: test.logPValue),
        test.bootstrapPValue.map { "\(CompactNumber.text($0)) (\(test.replicates))" } ?? "",
      ])
    }
    return columns.lines
  }

  private var visits: [String] {
    var columns = TextColumns([.left, .right, .right, .left])
    columns.append(["subject", "time", "risk", ""])
    for visit in extras.visits.prefix(20) {
      columns.append([
        visit.subject, CompactNumber.text(visit.time), CompactNumber.text(visit.risk),
        visit.status.rawValue,
      ])
    }
    let rest = extras.visits.count - 20
    return columns.lines + (rest > 0 ? ["… and \(rest) more"] : [])
  }
}
