import Association
import Glibc
import Longitudinal
import Plots

/// What was found in short, and on whom.
extension ScanReport {
  var summarySection: ReportSection {
    var facts = [
      ReportFact("Genes", PlotNumber.count(manifest.genes)),
      ReportFact("Genes with a test", PlotNumber.count(calibration.testedGenes)),
      ReportFact("Pairs tested", PlotNumber.count(manifest.pairs)),
    ]
    facts += foundFacts
    if let best = genes.ranked.first {
      facts.append(
        ReportFact(
          "Smallest p",
          "\(genes.text("pval_gi", of: best)), \(best.id) with "
            + genes.text("variant_id", of: best)))
    }
    return ReportSection(
      id: "summary", heading: "In short",
      blocks: [verdictCallout] + pairListCallout + [.facts(facts)])
  }

  private var verdictCallout: ReportBlock {
    let sentences = calibration.sentences
    let verdict: ReportCallout.Verdict =
      switch calibration.verdict {
      case .fine: calibration.isDoubtful ? .caution : .fine
      case .inflated: calibration.isSmall ? .caution : .problem
      case .deflated, .unknown: .caution
      }
    return .callout(
      ReportCallout(
        verdict, title: "Can the p-values be trusted?", text: sentences.joined(separator: " ")))
  }

  var cohortSection: ReportSection {
    let cohort = inputs.plan.cohort
    var visits = [[Double]](repeating: [], count: cohort.donorIDs.count)
    for (sample, donor) in cohort.donorOfSample.enumerated() {
      visits[donor].append(cohort.time[sample])
    }
    let design = manifest.design
    let perDonor = visits.map(\.count)
    var facts = [
      ReportFact("Donors", PlotNumber.count(design.donors)),
      ReportFact("Samples", PlotNumber.count(design.samples)),
      ReportFact("Times", PlotNumber.count(design.times.count)),
      ReportFact("Visit patterns", PlotNumber.count(design.visitPatterns)),
      ReportFact("Samples per donor", "\(perDonor.min() ?? 0) to \(perDonor.max() ?? 0)"),
      ReportFact(
        "\(timeName) from, to",
        "\(CompactNumber.text(design.times.first ?? .nan)), "
          + CompactNumber.text(design.times.last ?? .nan)),
      ReportFact("\(timeName) centred at", CompactNumber.text(manifest.timeCenter)),
    ]
    if let ploidy = manifest.ploidy?.haploidCalls, ploidy > 0 {
      facts.append(ReportFact("Haploid calls", "\(ploidy)"))
    }
    var blocks: [ReportBlock] = [
      .facts(facts), .figure(ReportFigure(VisitPlot(visits: visits, timeAxis: timeAxis))),
    ]
    if let verdicts = manifest.variantsByVerdict {
      blocks.append(
        .table(
          ReportTable(
            title: "Variants of the genotype file, over all donors",
            columns: [.init("variants"), .init("count", .number)],
            rows: verdicts.sorted { $0.key < $1.key }.map { [$0.key, PlotNumber.count($0.value)] }))
      )
    }
    if !design.notes.isEmpty {
      blocks.append(
        .paragraph(
          "What was said when the files were joined: " + design.notes.joined(separator: "; ") + ".")
      )
    }
    return ReportSection(id: "cohort", heading: "Cohort and design", blocks: blocks)
  }
}
