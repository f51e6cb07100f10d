import Association
import Genotypes
import Glibc
import Longitudinal
import MixedModels

/// `slopeqtl locus` on the terminal.
package struct LocusSummary {
  let report: LocusReport
  private var locus: Locus { report.locus }

  package init(_ report: LocusReport) { self.report = report }

  /// Rows of the regional table.
  private static let shownPairs = 10
  /// Times of the table of effects.
  private static let shownTimes = 5
  /// As many times as a table shows in full.
  private static let mostTimes = 20

  package var text: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    var lines = heading
    guard let pair = report.pair else {
      return lines + [
        "",
        "No variant could be tested: the gene's status is \(status) and \(locus.pairs.count) "
          + "variants pass the filters.",
      ]
    }
    lines += self.pair(pair)
    if report.model != nil || report.generalized != nil {
      if let model = report.model { lines += fit(model) }
      if let model = report.generalized { lines += fit(model) }
      lines += tests
      lines += effects
      if let diagnostics = LocusDiagnostics(report) {
        lines += ["", "Diagnostics:"]
        for sentence in diagnostics.sentences {
          lines += SummaryBlocks.wrapped(sentence, first: "  - ", indent: "    ", width: 98)
        }
      }
    } else {
      lines += [
        "",
        "The model of this pair cannot be shown: its status is "
          + "\(report.field("status", of: pair) ?? status).",
      ]
    }
    return lines + region
  }

  private var status: String {
    locus.model.failure.map { "failed:\($0.rawValue)" } ?? "ok"
  }

  private var heading: [String] {
    let gene = locus.gene
    let window =
      locus.options.isTrans
      ? "all variants"
      : "variants within \(locus.options.window) bases"
    return [
      "Gene \(gene.id), \(gene.chromosome):\(gene.start + 1)-\(gene.end)",
      "  \(locus.model.sampleCount) samples of \(locus.model.donorCount) donors, "
        + "\(report.timeName) \(CompactNumber.text(locus.timeRange.lowerBound)) to "
        + "\(CompactNumber.text(locus.timeRange.upperBound)), centred at "
        + "\(CompactNumber.text(report.plan.timeCentre))",
      "  \(locus.pairs.count) pairs (\(window)); gene p (Cauchy combination) "
        + CompactNumber.pValue(logarithm: locus.combinedLogPValue),
    ]
  }

  private func pair(_ pair: Int) -> [String] {
    let own = locus.pairs[pair]
    let variant = own.variant
    let name = pair == locus.lead ? "Lead variant" : "Variant"
    let distance = report.field("start_distance", of: pair) ?? "NA"
    let frequency = report.field("af", of: pair).flatMap { Double($0) } ?? .nan
    var lines = [
      "",
      "\(name) \(variant.id), \(own.chromosome):\(variant.position) \(variant.reference)>"
        + "\(variant.alternate), \(distance) bases from the start, frequency of the effect allele "
        + CompactNumber.text(frequency),
      "  genotype × \(report.timeName): p \(CompactNumber.pValue(logarithm: own.logPValue))",
    ]
    if let estimate = report.field("b_gi", of: pair).flatMap({ Double($0) }),
      let error = report.field("b_gi_se", of: pair).flatMap({ Double($0) })
    {
      lines[2] +=
        ", \(CompactNumber.text(estimate)) per allele and unit of \(report.timeName) (SE "
        + "\(CompactNumber.text(error)))"
    } else if let statistic = report.field("stat_gi", of: pair).flatMap({ Double($0) }),
      let numerator = report.field("df1_gi", of: pair),
      let denominator = report.field("df_gi", of: pair).flatMap({ Double($0) })
    {
      lines[2] +=
        ", F \(CompactNumber.text(statistic)) with \(numerator) and "
        + "\(CompactNumber.text(denominator)) degrees of freedom"
    }
    if pair != locus.lead, let lead = locus.lead {
      lines.append(
        "  the lead variant is \(locus.pairs[lead].variant.id), p "
          + "\(CompactNumber.pValue(logarithm: locus.pairs[lead].logPValue)), r² "
          + "\(CompactNumber.fixed(own.leadR2, decimals: 2)) with this one")
    }
    return lines
  }

  private func fit(_ model: LocusModel) -> [String] {
    let fit = model.fit
    let isREML = fit.model.options.criterion == .reml
    var lines = [
      "", "Formula: \(report.plan.formula.text)",
      "\(isREML ? "REML criterion" : "Deviance"): \(CompactNumber.fixed(fit.deviance, decimals: 3)), "
        + "status \(fit.status)",
      "", "Random effects:",
    ]
    lines += SummaryBlocks.randomEffects(
      fit.varianceComponents, residualDeviation: fit.residualDeviation)
    lines += SummaryBlocks.counts(model.response.count, groups: fit.model.termGroups)
    for parameter in fit.residualParameters {
      lines.append("Residual \(parameter.name): \(CompactNumber.text(parameter.estimate))")
    }
    lines += ["", "Fixed effects:"]
    lines += CoefficientTable.lines(fit.fixedEffects, name: \.term)
    return lines + SummaryBlocks.significance
  }

  private func fit(_ model: GeneralizedLocusModel) -> [String] {
    let fit = model.fit
    var lines = [
      "", "Formula: \(report.plan.formula.text)",
      "Family: \(fit.family.rawValue), \(fit.family.link) link; deviance "
        + "\(CompactNumber.fixed(fit.deviance, decimals: 3)) by Laplace's approximation, status "
        + "\(fit.status)",
      "", "Random effects, on the \(fit.family.link) scale:",
    ]
    lines += SummaryBlocks.randomEffects(fit.varianceComponents, residualDeviation: nil)
    lines += SummaryBlocks.counts(fit.observationCount, groups: fit.groups)
    lines += ["", "Fixed effects, on the \(fit.family.link) scale:"]
    lines += CoefficientTable.lines(fit.fixedEffects, name: \.term)
    return lines + SummaryBlocks.significance
  }

  private var tests: [String] {
    let tests = report.jointTests
    guard !tests.isEmpty else { return [] }
    var columns = TextColumns([.left, .right, .right, .right, .right])
    columns.append(["", "F", "num df", "den df", "p"])
    for row in tests {
      columns.append([
        row.name, CompactNumber.fixed(row.test.statistic, decimals: 3),
        CompactNumber.text(row.test.numeratorDegreesOfFreedom),
        CompactNumber.text(row.test.denominatorDegreesOfFreedom),
        CompactNumber.pValue(logarithm: row.logPValue),
      ])
    }
    return ["", "Tests of several coefficients together:"] + columns.lines
  }

  /// Places of the courses that the table shows: all where they are few.
  private func shownPlaces(_ count: Int) -> [Int] {
    count <= Self.mostTimes
      ? Array(0..<count)
      : (0..<Self.shownTimes).map { $0 * (count - 1) / (Self.shownTimes - 1) }
  }

  private var effects: [String] {
    guard let courses = report.courses, courses.times.count > 1 else { return [] }
    var columns = TextColumns([.left, .right, .right, .right, .right, .right, .right])
    columns.append(["", report.timeName, "effect", "SE", "lower", "upper", "p"])
    for place in shownPlaces(courses.times.count) {
      let effect = courses.effects[place]
      columns.append(
        ["", CompactNumber.text(courses.times[place])]
          + [effect.estimate, effect.standardError, effect.lower, effect.upper].map {
            CompactNumber.fixed($0, decimals: 4)
          } + [CompactNumber.pValue(logarithm: effect.logPValue)])
    }
    let scale = report.generalized.map { " on the \($0.fit.family.link) scale" } ?? ""
    return ["", "Effect of one allele over \(report.timeName)\(scale), with 95 % intervals:"]
      + columns.lines
  }

  private var region: [String] {
    let ranked = locus.pairs.indices.filter { !locus.pairs[$0].logPValue.isNaN }
      .sorted { (locus.pairs[$0].logPValue, $0) < (locus.pairs[$1].logPValue, $1) }
    let shown = ranked.prefix(Self.shownPairs)
    var columns = TextColumns([.left, .left, .left, .right, .right, .right, .right, .right])
    columns.append(["", "variant_id", "chrom", "pos", "af", "p", "r2", "status"])
    for pair in shown {
      let own = locus.pairs[pair]
      columns.append([
        "", own.variant.id, own.chromosome, "\(own.variant.position)",
        CompactNumber.text(report.field("af", of: pair).flatMap { Double($0) } ?? .nan),
        CompactNumber.pValue(logarithm: own.logPValue),
        CompactNumber.fixed(own.leadR2, decimals: 2), report.field("status", of: pair) ?? "",
      ])
    }
    return [
      "",
      "Smallest p-values of genotype × \(report.timeName) (\(shown.count) of "
        + "\(locus.pairs.count)), r² with the lead variant:",
    ] + columns.lines
  }
}
