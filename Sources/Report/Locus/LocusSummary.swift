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
    if let model = report.model {
      lines += fit(model)
      lines += effects
      if let diagnostics = LocusDiagnostics(report) {
        lines += ["", "Diagnostics:"]
        for sentence in diagnostics.sentences {
          lines += SummaryBlocks.wrapped(sentence, first: "  - ", indent: "    ", width: 98)
        }
      }
    } else {
      lines += ["", "The model of this pair cannot be shown: \(missingModel(pair))."]
    }
    return lines + region
  }

  private var status: String {
    locus.model.failure.map { "failed:\($0.rawValue)" } ?? "ok"
  }

  private func missingModel(_ pair: Int) -> String {
    report.plan.generalized != nil
      ? "of counts and binary outcomes `slopeqtl fit --family` shows the model"
      : "its status is \(report.field("status", of: pair) ?? status)"
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
        + "\(report.timeName) \(CompactNumber.text(times.lowerBound)) to "
        + "\(CompactNumber.text(times.upperBound)), centred at "
        + "\(CompactNumber.text(report.plan.timeCentre))",
      "  \(locus.pairs.count) pairs (\(window)); gene p (Cauchy combination) "
        + CompactNumber.pValue(logarithm: locus.combinedLogPValue),
    ]
  }

  private var times: ClosedRange<Double> {
    let time = report.plan.cohort.time
    return (time.min() ?? 0)...(time.max() ?? 0)
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

  private var effects: [String] {
    guard let courses = report.courses, courses.times.count > 1 else { return [] }
    var columns = TextColumns([.left, .right, .right, .right, .right, .right, .right])
    columns.append(["", report.timeName, "effect", "SE", "lower", "upper", "p"])
    for step in 0..<Self.shownTimes {
      let place = step * (courses.times.count - 1) / (Self.shownTimes - 1)
      let effect = courses.effects[place]
      columns.append(
        ["", CompactNumber.text(courses.times[place])]
          + [effect.estimate, effect.standardError, effect.lower, effect.upper].map {
            CompactNumber.fixed($0, decimals: 4)
          } + [CompactNumber.pValue(logarithm: effect.logPValue)])
    }
    return ["", "Effect of one allele over \(report.timeName), with 95 % intervals:"]
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
