import Association
import Glibc
import Longitudinal
import Plots
import Results

/// Whether the p-values of a scan can be trusted, as far as they tell it themselves.
struct Calibration {
  enum Verdict: String {
    case fine, inflated, deflated
    /// Too little is known of the p-values.
    case unknown
  }

  let pass: PairPass
  let genes: GeneRows
  let result: FinishedResult
  /// What is known of the model before any fit.
  let warnings: MisspecificationWarnings

  /// Independent tests that a gene's window counts for at least.
  private static let testsPerGene = 10.0
  /// Genes below which λ tells too little to call tests right.
  private static let fewGenes = 20
  /// λ that nobody would act on.
  private static let tolerance = 0.05
  /// The false discovery rate at which genes count as found.
  static let rate = 0.05

  /// Whether all p-values are in the table.
  var isWhole: Bool { result.pValueThreshold >= 1 }

  /// λ of genotype × time over all pairs; NaN where larger p-values were not written.
  var inflation: Double { isWhole ? pass.interaction.inflation : .nan }

  /// How far from 1 chance may take λ: three standard errors of the median of χ² over the tests that
  /// count, at least `tolerance`.
  var chance: Double {
    let tests = Self.testsPerGene * Double(max(1, testedGenes))
    return max(Self.tolerance, 3 * 2.33 / tests.squareRoot())
  }

  var testedGenes: Int { genes.rows.count { !$0.logP.isNaN } }

  /// Whether a list chose the pairs, and λ with them.
  var isChosen: Bool { result.manifest.plan.pairList != nil }

  /// Whether there are too few genes to call tests right by λ.
  var isSmall: Bool { testedGenes < Self.fewGenes }

  var foundGenes: Int { genes.significant(Self.rate).count }

  /// Share of all pairs whose optimum lies on the boundary, written or not.
  var boundaryShare: Double {
    let counts = result.manifest.pairsByStatus
    return Double(counts["boundary", default: 0]) / Double(max(1, counts.values.reduce(0, +)))
  }

  var verdict: Verdict {
    guard inflation.isFinite, !isChosen else { return .unknown }
    if inflation > 1 + chance { return .inflated }
    if inflation < 1 - chance { return .deflated }
    return isSmall ? .unknown : .fine
  }

  /// Genes found whose lead variants' p-values are known to be too small; in the order of p.
  var doubtedGenes: [String] {
    guard warnings.boundary != nil else { return [] }
    return genes.significant(Self.rate).map(\.id).filter(pass.boundaryLeads.contains)
  }

  /// Why p-values may be too small whatever λ is.
  var cautions: [String] {
    var cautions = warnings.everywhere.map(MisspecificationWarnings.sentence)
    if let boundary = warnings.boundary {
      cautions.append("\(MisspecificationWarnings.sentence(boundary)) \(doubtedSentence)")
    }
    return cautions + [familyCaution].compactMap(\.self)
  }

  private var doubtedSentence: String {
    let doubted = doubtedGenes
    guard let first = doubted.first else {
      return "No gene found at a false discovery rate of \(CompactNumber.text(Self.rate)) has such "
        + "a lead variant."
    }
    guard doubted.count > 1 else { return "Of the genes found \(first) has such a lead variant." }
    let named = doubted.prefix(Self.namedGenes).joined(separator: ", ")
    let more = doubted.count - Self.namedGenes
    return "Of the genes found \(PlotNumber.count(doubted.count)) have such lead variants: \(named)"
      + (more > 0 ? " and \(more) more." : ".")
  }

  /// Genes that a caution names.
  private static let namedGenes = 10

  /// Whether λ says nothing against the tests, but the model or the design does.
  var isDoubtful: Bool {
    !warnings.everywhere.isEmpty || !doubtedGenes.isEmpty || familyCaution != nil
  }

  private var hasCautions: Bool { !cautions.isEmpty }

  /// The verdict and its reasons, in sentences.
  var sentences: [String] { judgement + cautions }

  private var judgement: [String] {
    let lambda = CompactNumber.fixed(inflation, decimals: 3)
    let band = CompactNumber.fixed(chance, decimals: 2)
    switch verdict {
    case .unknown where isChosen && isWhole:
      return [
        "The pairs are those of a list (--keep-pairs): λ of genotype × time, \(lambda), is that of the "
          + "list's choice, above 1 where small p-values made it, and does not tell whether the tests "
          + "are right. A scan of all pairs does."
      ]
    case .unknown:
      return [
        isWhole
          ? inflation.isFinite
            ? "Too few genes to tell: λ of genotype × time is \(lambda), and with "
              + "\(PlotNumber.count(testedGenes, "gene")) chance alone may take it \(band) from 1, so "
              + "that it cannot show whether the tests are right."
            : "There are no p-values to judge."
          : "Rows with larger p-values were not written (--pval-threshold "
            + "\(result.manifest.plan.settings["pval-threshold"] ?? "")), so that the middle of the "
            + "distribution is known in twentieths only: \(histogramSentence)"
      ]
    case .fine:
      return [
        "λ of genotype × time is \(lambda), within ±\(band) of 1, as far as chance may take it "
          + "with \(PlotNumber.count(testedGenes, "gene")). Most tests behave as the null hypothesis says"
          + (hasCautions
            ? "; λ tells nothing of the smallest p-values."
            : ", so that small p-values mean what they say.")
      ]
    case .inflated:
      return ["Inflated tests: λ of genotype × time is \(lambda), more than \(band) above 1."]
        + causesAbove
    case .deflated:
      return ["Deflated tests: λ of genotype × time is \(lambda), more than \(band) below 1."]
        + causesBelow
    }
  }

  /// What the manifest's histograms say where rows were left out.
  private var histogramSentence: String {
    var counts = [Int](repeating: 0, count: PValueHistogram.pValueBins)
    for row in result.manifest.pvalueHistograms {
      for (bin, count) in row.counts.enumerated() { counts[bin] += count }
    }
    let total = counts.reduce(0, +)
    guard total > 0 else { return "no pair was tested." }
    let below = Double(counts[0]) / Double(total)
    let half = Double(counts.prefix(counts.count / 2).reduce(0, +)) / Double(total)
    return "\(CompactNumber.fixed(100 * below, decimals: 2)) % of all pairs have p up to 0.05 and "
      + "\(CompactNumber.fixed(100 * half, decimals: 1)) % up to 0.5, where the null hypothesis "
      + "expects 5 % and 50 %."
  }

  private var causesAbove: [String] {
    if let familyCauses { return familyCauses }
    var causes: [String] = []
    // What the warnings of the model name is said with them.
    if isSmall {
      causes.append(
        "With \(testedGenes) gene\(testedGenes == 1 ? "" : "s") the pairs are tests of one another: "
          + "linkage carries every effect far along the chromosome, and a trait with many loci "
          + "raises λ without any fault of the tests. Permutation or a kinship term "
          + "(--kinship) tells the two apart.")
    } else if Double(foundGenes) > 0.1 * Double(testedGenes) {
      causes.append(
        "\(foundGenes) of \(testedGenes) genes are found at a false discovery rate of "
          + "\(CompactNumber.text(Self.rate)): true effects raise λ where they are many, since cis windows "
          + "hold many variants in linkage with each.")
    } else {
      causes.append(
        (result.manifest.plan.hasQValues
          ? "Few genes are found, so that true effects do not explain it. " : "")
          + "Look for structure: "
          + "relatives or populations among the donors (--kinship, genotype components by time), "
          + "a covariate that changes with time and genotype, or batches.")
    }
    return causes
  }

  private var causesBelow: [String] {
    var causes: [String] = []
    if result.manifest.timeBasis == nil {
      causes.append(
        "A course over time that is not a line, shared by the donors, widens residuals and makes "
          + "tests of a linear genotype × time conservative: compare with --time-basis poly:2.")
    }
    if boundaryShare > 0.5 {
      causes.append(
        "\(CompactNumber.fixed(100 * boundaryShare, decimals: 0)) % of the fits lie on the boundary, where "
          + "donors' slopes have no variance left to estimate and tests are conservative.")
    }
    if result.manifest.refit == "none" {
      causes.append(
        "Variance parameters were held at the null fit (--refit none), which loses power.")
    }
    causes.append(
      "Deflated tests lose power"
        + (hasCautions
          ? "; λ tells nothing of the smallest p-values." : "; what they find is safe.")
    )
    return causes
  }
}
