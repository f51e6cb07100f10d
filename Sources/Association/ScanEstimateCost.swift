import Cohort
import MixedModels

/// What a scan is expected to need: an estimate from the sizes of its parts, not a promise.
///
/// Measured on cores of the Zen 3 class with AVX2: designs A to D of `reference/benchmarks` (19 to 500
/// donors, 1 to 35 visit patterns) and a real time course (100 donors, 27 visit patterns), with all
/// rows and with `--pval-threshold 1e-3`. CPU time is good to a factor of about one and a half there;
/// other processors differ. Reading the inputs is not in it: `check` does that.
package struct ScanEstimateCost: Sendable {
  /// Rows of the pairs table; with a threshold below 1 those expected where nothing has an effect.
  package let rows: Int
  /// Bytes of the compressed pairs table, its numbers in six digits.
  package let tableBytes: Double
  /// CPU seconds of all threads together.
  package let cpuSeconds: Double
  package let threads: Int
  /// Seconds, where every thread has a core of its own.
  package let wallSeconds: Double
  /// Largest resident set, in bytes.
  package let memoryBytes: Double

  /// The real time course has 60, simulated cohorts 68 to 79.
  private static let tableBytesPerRow = 66.0
  /// Formatting, sorting, spooling, merging and compressing a row.
  private static let secondsPerRow = 1.7e-6
  /// The part of that on one thread alone, after the last fit.
  private static let lastSecondsPerRow = 1.0e-6

  init(inputs: ScanInputs, counter: ScanEstimateCounter) {
    let options = inputs.options
    let threshold = min(1, options.pValueThreshold)
    let threads = Double(options.threads)
    let rows = (Double(counter.pairs) * threshold).rounded(.up)
    self.threads = options.threads
    self.rows = Int(rows)
    tableBytes = rows * Self.tableBytesPerRow
    cpuSeconds = Self.fitSeconds(inputs, counter) + rows * Self.secondsPerRow
    let last = rows * Self.lastSecondsPerRow
    wallSeconds = (cpuSeconds - last) / threads + last
    memoryBytes = Self.memory(inputs, counter, rowsPerPair: threshold)
  }

  /// Pairs in charts, pairs fitted exactly, and models of genes.
  private static func fitSeconds(_ inputs: ScanInputs, _ counter: ScanEstimateCounter) -> Double {
    let options = inputs.options
    let design = inputs.design
    let fitted = Double(counter.fittedPairs)
    if inputs.plan.generalized != nil {
      return secondsPerGeneralizedSample * Double(inputs.plan.cohort.sampleIDs.count)
        * (2 * fitted + Double(inputs.genes.count))
    }
    if let structure = inputs.plan.structure {
      return structuredSeconds(structure, inputs, fitted: fitted)
    }
    let usesCharts =
      options.refit == .all && options.criterion == .reml
      && [.satterthwaite, .kenwardRoger].contains(options.degreesOfFreedom)
    // With few donors a variant moves the variances out of its gene's chart more often, and adjusted
    // tests are trusted less far.
    let isAdjusted = options.degreesOfFreedom == .kenwardRoger
    let exactShare =
      !usesCharts
      ? 1 : design.donorCount < 50 ? (isAdjusted ? 0.4 : 0.1) : isAdjusted ? 0.012 : 0.005
    let donors = Double(design.donorCount)
    let chart = 0.5 + (design.patternCount > 1 ? 3e-3 : 4e-4) * donors
    let modelSeconds =
      1e-3 * (0.25 + 0.004 * Double(design.statisticRows)) * Double(inputs.genes.count)
    // Genes that lack samples have direct charts, and the variants are prepared for each of them.
    let lacking = Double(counter.fittedPairsLackingSamples)
    let direct = 1 + 2 * directNumbers(design) * 1.5e-5
    let directSeconds = 3e-8 * directNumbers(design) * Double(counter.genesLackingSamples)
    return 1e-6
      * ((usesCharts ? fitted * chart + lacking * direct : 0)
        + exactShare * exactMicroseconds(inputs, counter))
      + modelSeconds + (usesCharts ? directSeconds : 0)
      + (options.guards.jackknife ? refitShare * donors * modelSeconds : 0)
  }

  /// Of one fit of counts, about thirty evaluations of the criterion, by sample.
  private static let secondsPerGeneralizedSample = 3e-5

  /// Models of any structure: evaluations of the criterion, about five for a pair and 25 for a gene's
  /// null fit; one for a pair at null variances. With 100 donors a cluster costs 0.8 µs beside its
  /// operations.
  private static func structuredSeconds(
    _ structure: StructuredScan, _ inputs: ScanInputs, fitted: Double
  ) -> Double {
    let options = inputs.options
    let isExtended = options.residualVariance != .homogeneous
    let evaluation =
      (8e-7 * Double(structure.clusterCount) + structure.evaluationCost / 2e10)
      * (isExtended ? 2 : 1)
    let isExact = options.refit == .all && structure.refitsAllPairs
    let inference = options.degreesOfFreedom == .kenwardRoger ? 15.0 : 1
    return evaluation
      * (fitted * ((isExact ? 5 : 1) + inference) + 25 * Double(inputs.genes.count))
  }

  /// What a lead variant's refit without a donor, design and null fit included, costs beside a gene's
  /// model: 0.5 to 0.6 with 20 and 100 donors.
  private static let refitShare = 0.55

  /// Of a direct chart: rows times donors.
  private static func directNumbers(_ design: DesignCrossProducts) -> Double {
    let coefficients = design.patternCount > 1 ? 20 : 10
    return Double(coefficients * (2 * design.fixedCount + 3) * design.donorCount)
  }

  /// Σ over pairs of what an exact fit costs: a share of every donor, of the factorisations of an
  /// order-P matrix with its derivatives, and of the sums over K patterns and E entries of W.
  private static func exactMicroseconds(
    _ inputs: ScanInputs, _ counter: ScanEstimateCounter
  ) -> Double {
    let design = inputs.design
    let order = Double(design.fixedCount + design.genotypeCount + 1)
    let fitted = Double(counter.fittedPairs)
    let sums = Double(counter.patternSum * design.entries) * order * order / 2
    let donors = Double(design.donorCount)
    switch inputs.options.refit {
    case .all:
      return fitted * (4 + 0.02 * donors + 1.0e-3 * order * order * order) + 8e-4 * sums
    case .none:
      return fitted * (2 + 0.02 * donors + 4e-4 * order * order * order) + 2e-4 * sums
    }
  }

  // MARK: Memory

  /// The program, what is held of all genes, the variants that chunks in work hold, the rows of chunks
  /// in work and waiting for their turn, and the models of their genes (with `--trans` all genes).
  private static func memory(
    _ inputs: ScanInputs, _ counter: ScanEstimateCounter, rowsPerPair: Double
  ) -> Double {
    let threads = Double(inputs.options.threads)
    let donors = Double(inputs.design.donorCount)
    // Slots allow for four chunks a thread, but chunks are alike and few wait for an earlier one.
    let chunks = threads
    let store = inputs.expression
    let values = min(8 * store.genes.count * store.sampleCount, ExpressionStore.memoryLimit)
    // Names and places; lines by name while they are read.
    let expression = 1.5 * Double(values) + 250 * Double(store.genes.count)
    // Single and double precision; names and alleles; frequency and verdict.
    let variants = chunks * Double(counter.largestBatch) * (12 * donors + 250)
    // 240 bytes of text and 32 of record, in arrays that double as they grow, seldom all at once.
    let rows = Double(counter.largestChunk) * rowsPerPair * (chunks + 1) * 272
    let genes = Double(inputs.genes.count)
    let held =
      inputs.options.isTrans ? genes : Double(counter.largestGeneCount)
    let lacking = genes > 0 ? Double(counter.genesLackingSamples) / genes : 0
    let ownBytes = designBytes(inputs.design) + 4 * directNumbers(inputs.design)
    let models = held * (responseBytes(inputs.design) + lacking * ownBytes)
    // Of the genes table; every result of a batch of all pairs has its own.
    let summaries = genes * 600 * (inputs.options.isTrans ? 1 + chunks : 1)
    return Double(22 << 20) + threads * Double(2 << 20) + expression + variants + rows
      + models + summaries
  }

  private static func responseBytes(_ design: DesignCrossProducts) -> Double {
    let numbers =
      design.statisticRows * (design.fixedCount + 1)
      + design.donorCount * design.genotypeCount * (design.entries + 1)
      + 12 * design.packedFixedCount
    return 8 * Double(numbers) + 1_000
  }

  private static func designBytes(_ design: DesignCrossProducts) -> Double {
    let (p, k) = (design.fixedCount, design.genotypeCount)
    let bySample = design.sampleCount * (2 * p + k + 2 * design.shape.columns + 1)
    let byDonor =
      design.donorCount
      * (2 * p + 2 * k + k * p + design.packedGenotypeCount
        + design.entries * (k * p + design.packedGenotypeCount))
    return 8 * Double(bySample + byDonor + design.statisticRows * design.packedFixedCount)
  }
}
