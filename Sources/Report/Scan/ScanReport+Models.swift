import Association
import Glibc
import Longitudinal
import Plots

/// How the fits went, what was run, and how to write about it.
extension ScanReport {
  var modelsSection: ReportSection {
    let statuses = Dictionary(grouping: genes.rows) { $0.status }.mapValues(\.count)
    return ReportSection(
      id: "models", heading: "Fits",
      blocks: [
        .paragraph(
          "\(Self.percent(boundaryShare)) of the pairs have their optimum on the boundary of the "
            + "parameter space: a variance is 0 or a correlation ±1, as is common with few visits "
            + "a donor.\(boundaryTests)"),
        .table(Self.statusTable(manifest.pairsByStatus, title: "Status of all pairs")),
        .table(Self.statusTable(statuses, title: "Status of the genes' fits without a variant")),
        slopeDeviations, degreesOfFreedom,
      ])
  }

  private var boundaryTests: String {
    let warnings = calibration.warnings
    guard warnings.boundary == nil else {
      return
        " With \(PlotNumber.count(manifest.design.donors, "donor")) p-values below about 1e-3 of "
        + "such rows are too small."
    }
    // Where a warning concerns every row the verdict has it.
    return warnings.everywhere.isEmpty ? " The tests take account of it." : ""
  }

  var boundaryShare: Double { calibration.boundaryShare }

  private var slopeDeviations: ReportBlock {
    let values = genes.rows.map(\.slopeDeviation).filter { $0 >= 0 && $0.isFinite }
    guard let largest = values.max() else {
      return .paragraph(
        "The SDs of donors' slopes have no picture: the model gives donors no slopes of their own, or no "
          + "gene was fitted.")
    }
    let edges = (0...24).map { Double($0) * (largest > 0 ? largest : 1) / 24 }
    var counts = [Double](repeating: 0, count: 24)
    for value in values { counts[min(23, Int(value / edges[24] * 24))] += 1 }
    let plot = HistogramPlot(
      title: "SDs of the donors' slopes", edges: edges, counts: counts,
      axis: AxisLabel(
        "SD of slopes", unit: "\(effectUnit) per \(timeName)"),
      countName: "genes",
      howToRead: "Each gene counts once, by its fit without a variant. Genes at 0 have donors "
        + "whose courses differ in level alone; the further right, the more donors differ in how "
        + "expression changes, and the larger an effect on it must be to be found.")
    return .figure(ReportFigure(plot))
  }

  private var degreesOfFreedom: ReportBlock {
    guard let first = pass.freedom.keys.min(), let last = pass.freedom.keys.max() else {
      return .paragraph(
        "Degrees of freedom have no picture: tests are of the normal distribution, or there is no row "
          + "of a test.")
    }
    // At most 60 bars.
    let step = max(1, (last - first) / 60 + 1)
    let bars = (last - first) / step + 1
    var counts = [Double](repeating: 0, count: bars)
    for (key, count) in pass.freedom { counts[(key - first) / step] += Double(count) }
    let plot = HistogramPlot(
      title: "Degrees of freedom of genotype × time",
      edges: (0...bars).map { pass.freedomWidth * Double(first + $0 * step) }, counts: counts,
      axis: AxisLabel("df_gi"), countName: "pairs",
      markers: [.init(value: Double(manifest.design.donors), label: "donors")],
      howToRead: "Each pair counts once. Below or near the number of donors, donors are what is "
        + "counted; far above it slopes hardly differ between donors, and samples count for "
        + "themselves.")
    return .figure(ReportFigure(plot))
  }

  var runSection: ReportSection {
    let resources = manifest.resources
    var facts = [
      ReportFact("Command", (manifest.scanCommand ?? manifest.command).joined(separator: " ")),
      ReportFact("Program", "\(manifest.program.name) \(manifest.program.version)"),
      ReportFact("Formula", manifest.formula),
      ReportFact(
        "Variance parameters", manifest.criterion == "reml" ? "REML" : "maximum likelihood"),
      ReportFact("Degrees of freedom", manifest.degreesOfFreedom),
      ReportFact(
        "Rows", "\(PlotNumber.count(manifest.rows)) of \(PlotNumber.count(manifest.pairs, "pair"))"),
      ReportFact("Plan", manifest.plan.id), ReportFact("Instruction set", manifest.simdLevel),
      ReportFact(
        "Time",
        "\(CompactNumber.fixed(resources.wallSeconds, decimals: 1)) s, "
          + "\(CompactNumber.fixed(resources.cpuSeconds, decimals: 1)) s of CPU on "
          + "\(resources.threads) thread\(resources.threads == 1 ? "" : "s")"),
      ReportFact("Peak memory", "\(CompactNumber.fixed(resources.peakMemoryMib, decimals: 0)) MiB"),
    ]
    if let family = manifest.family { facts.insert(ReportFact("Family", family), at: 3) }
    if let rows = manifest.rowFits { facts.insert(ReportFact("Fits", rows), at: 5) }
    if let seed = manifest.seed { facts.append(ReportFact("Seed", "\(seed)")) }
    return ReportSection(
      id: "run", heading: "What was run",
      blocks: [
        .facts(facts),
        .table(
          ReportTable(
            title: "Inputs",
            columns: [.init("role"), .init("path"), .init("bytes", .number), .init("MD5")],
            rows: manifest.inputs.map { [$0.role, $0.path, PlotNumber.count($0.bytes), $0.md5] },
            note: "Checked again when this page was made: the files are the same.")),
      ])
  }

  var methodsSection: ReportSection {
    let methods = MethodsText(
      manifest: manifest, boundaryShare: boundaryShare, genesWithPairs: genes.withPairs)
    return ReportSection(
      id: "methods", heading: "Methods, to be copied",
      blocks: [
        .copyable(title: "Methods", text: methods.paragraph),
        .copyable(title: "References", text: methods.citations.joined(separator: "\n\n")),
      ])
  }
}
