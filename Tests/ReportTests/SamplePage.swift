import Report
import TestSupport

/// A page with every kind of block and all samples of charts.
enum SamplePage {
  static var page: ReportPage {
    ReportPage(
      title: "Dynamic eQTLs of asthma",
      subtitle:
        "1,212 donors, 4,801 samples, 14,207 genes; expression ~ time * genotype + (1 + time | donor)",
      sections: [
        ReportSection(id: "summary", heading: "Summary", blocks: summary),
        ReportSection(
          id: "charts", heading: "All charts",
          blocks: ChartSamples.all.filter { !$0.name.hasPrefix("small") }.map {
            .figure(ReportFigure($0.chart))
          }),
        ReportSection(id: "genes", heading: "Top genes", blocks: [.grid(grid), .table(table)]),
        ReportSection(
          id: "methods", heading: "Methods",
          blocks: [
            .copyable(
              title: "Methods paragraph",
              text:
                "Dynamic eQTLs were mapped with SlopeQTL. For every pair of a gene and a variant a linear mixed model was fitted by REML, with fixed effects of time, genotype and their product, and a random intercept and slope of each donor."
            )
          ]),
      ], footer: "Made by slopeqtl report.")
  }

  private static var grid: ReportGrid {
    let small = ChartSamples.all.filter { $0.name.contains("small") }.map(\.chart)
    return ReportGrid(title: "The twelve strongest genes", charts: (0..<4).flatMap { _ in small })
  }

  static var table: ReportTable {
    ReportTable(
      title: "The strongest genes",
      columns: [
        .init("Gene"), .init("Lead variant"), .init("Position", .number), .init("Effect", .number),
        .init("SE", .number), .init("p", .number), .init("q", .number), .init("Pattern"),
      ],
      rows: (0..<8).map {
        [
          "ENSG0000016430\($0)",
          $0 == 3 ? "12:118119120:ACGTACGTACGTACGTACGT:A" : "5:9691672\($0):G:A",
          "96,916,72\($0)", "0.31", "0.035", "4.0×10⁻¹⁷", "2.1×10⁻¹²", "late",
        ]
      }, note: "Effects are per effect allele and year.")
  }

  private static var summary: [ReportBlock] {
    [
      .paragraph(
        "Of 14,207 genes, 85 have an eQTL whose effect changes with time, at a false discovery rate of 5 %."
      ),
      .callout(
        .init(
          .fine, title: "p-values are calibrated",
          text: "λ is 1.004 to 1.037 in all bins of allele frequency.")),
      .callout(
        .init(
          .caution, title: "Few donors carry rare alleles",
          text: "Below a frequency of 0.1 the homozygous class has fewer than five donors.")),
      .callout(.init(.problem, title: "Three batches were seen at one time only")),
      .heading("The scan"),
      .facts([
        .init(
          "Formula", "expression ~ time * genotype + PC1 + PC2 + sex:time + (1 + time | donor)"),
        .init("Donors", "1,212"), .init("Pairs", "38,201,554 of which 99.98 % converged"),
        .init("Id", "<b>&amp;\u{301}<\u{301}script>\u{1}"),
      ]),
    ]
  }
}
