import Association
import Glibc
import Longitudinal
import Plots

/// Whether single donors make the results.
extension ScanReport {
  /// Carriers of the minor allele that a lead variant should have.
  private static let fewCarriers = 10

  /// With two digits, however small.
  private static func pValue(_ logarithm: Double) -> String {
    logarithm.isNaN ? "NA" : PlotNumber.pValue(minusLog10: -logarithm / M_LN10)
  }

  /// What looking at single donors shows; of counts and binary outcomes genotypes alone.
  var donorTable: ReportTable {
    let isRefitted = manifest.family == nil
    return ReportTable(
      title: "How many donors stand behind them",
      columns: [.init("gene"), .init("variant"), .init("donors by genotype", .number)]
        + [.init("p", .number)]
        + (isRefitted
          ? [.init("largest p without a donor", .number), .init("that donor")] : [])
        + [.init("status")],
      rows: loci.map { locus in
        let pair = locus.pair.map { locus.locus.pairs[$0] }
        let left = [
          locus.leaveOneOut.map { Self.pValue($0.logPValue) } ?? "NA",
          locus.leaveOneOut?.donor ?? "NA",
        ]
        return [
          locus.locus.gene.id, pair?.variant.id ?? "NA",
          locus.genotypeCounts.map(String.init).joined(separator: " / "),
          Self.pValue(pair?.logPValue ?? .nan),
        ] + (isRefitted ? left : [])
          + [locus.pair.flatMap { locus.field("status", of: $0) } ?? "NA"]
      },
      note: isRefitted
        ? "Every donor is left out once and the pair fitted anew; a p-value that grows much rests on "
          + "that donor. NA where that would take long, or the pair cannot be tested without the donor."
        : "Dosages count as their best guess.")
  }

  /// Whether results rest on few donors, where there are any.
  var donorBlock: ReportBlock {
    let shown = foundLoci
    guard !shown.isEmpty else {
      return .paragraph(
        "None of the genes looked at one by one counts as found (q ≤ "
          + "\(CompactNumber.text(Calibration.rate))), so that there is no result to ask whether a "
          + "single donor makes it.")
    }
    let warnings = shown.compactMap(warning)
    let open = unexamined(shown)
    if !warnings.isEmpty {
      return .callout(
        ReportCallout(
          .caution, title: "Results that rest on few donors",
          text: (warnings + [open].compactMap(\.self)).joined(separator: " ")))
    }
    if let open {
      return .callout(
        ReportCallout(.caution, title: "Single donors were not examined", text: open))
    }
    return .callout(
      ReportCallout(
        .fine, title: "No single donor makes one of these results",
        text: "Of \(PlotNumber.count(shown.count, "gene")) with q ≤ "
          + "\(CompactNumber.text(Calibration.rate)) looked at: leaving out any donor keeps more than "
          + "half of each −log₁₀ p, and every lead variant has "
          + "\(Self.fewCarriers) carriers of its minor allele or more."))
  }

  /// Which results were not fitted again without their donors; nil where all were.
  private func unexamined(_ shown: [LocusReport]) -> String? {
    if let family = manifest.family {
      return "Pairs are not fitted again without each donor with --family \(family): whether a "
        + "single donor makes a result is not known. Leave out donors that stand out with "
        + "--keep-donors and compare."
    }
    let left = shown.filter { $0.leaveOneOut == nil }.map(\.locus.gene.id)
    guard !left.isEmpty else { return nil }
    return "Not fitted again without each donor, since that would take long or the pair has no "
      + "model: \(left.joined(separator: ", "))."
  }

  private func warning(_ locus: LocusReport) -> String? {
    guard let pair = locus.pair else { return nil }
    let own = locus.locus.pairs[pair]
    let carriers = locus.field("ma_samples", of: pair).flatMap { Int($0) } ?? Int.max
    var parts: [String] = []
    if let left = locus.leaveOneOut, locus.hangsOnOneDonor {
      parts.append("without donor \(left.donor) p is \(Self.pValue(left.logPValue))")
    }
    if carriers < Self.fewCarriers {
      parts.append(
        carriers == 1
          ? "1 donor carries the minor allele" : "\(carriers) donors carry the minor allele")
    }
    guard !parts.isEmpty else { return nil }
    return "\(locus.locus.gene.id) (\(own.variant.id)): \(parts.joined(separator: ", "))."
  }
}
