import Association
import KernelInterface
import MixedModels
import VectorKernels

/// The genes and variants of a design ready for fits in charts, as a scan has them.
final class ChartCohort {
  let cohort: BenchmarkCohort
  let operators: FormOperators
  let genes: [PairGene]
  /// The charts of the genes that have one, with the gene's index. Around a singular fit of few
  /// donors the criterion may end so near that there is none: a scan fits all pairs of such a gene
  /// exactly.
  let charts: [(gene: Int, chart: GeneChart)]
  /// The variants in blocks of a scan's size, prepared.
  let blocks: [VariantBlock]

  static let kernel = SIMDLevel.highest.kernel

  /// - Parameter blocks: of 256 variants each.
  /// - Throws: `ModelError` for a design that cannot identify the model.
  init(_ design: BenchmarkDesign, blocks count: Int) throws {
    let size = VariantStream.batchSize
    let cohort = try BenchmarkCohort(design, genes: genesPerVariant, variants: count * size)
    guard
      let shared = ChartDesign(
        design: cohort.design, columns: cohort.columns, criterion: .reml)
    else { preconditionFailure("charts do not cover design \(design.name)") }
    let operators = FormOperators(shared: shared)
    let pairs = zip(cohort.responses, cohort.nulls)
    genes = pairs.map { PairGene(response: $0, null: $1) }
    charts = pairs.enumerated().compactMap { index, pair in
      GeneChart(shared: shared, response: pair.0, null: pair.1).map { (index, $0) }
    }
    precondition(!charts.isEmpty, "no gene of design \(design.name) has a chart")
    blocks = (0..<count).map { block in
      let loaded = VariantBlock(operators: operators, capacity: size, kernel: Self.kernel)
      Self.fill(loaded, from: cohort, firstVariant: block * size)
      return loaded
    }
    self.cohort = cohort
    self.operators = operators
  }

  var shared: ChartDesign { operators.shared }

  var genesWithoutChart: [Int] {
    genes.indices.filter { gene in !charts.contains { $0.gene == gene } }
  }

  /// Makes a block that of 256 variants from `firstVariant` on.
  static func fill(_ block: VariantBlock, from cohort: BenchmarkCohort, firstVariant: Int) {
    let donors = cohort.design.donorCount
    block.removeAll()
    cohort.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return }
      for variant in firstVariant..<(firstVariant + block.capacity) {
        // Safe: the column of a variant below variantCount has donorCount values.
        block.append(base + variant * donors)
      }
    }
    block.prepare()
  }

  /// A kernel of a scan's worker.
  func chartKernel() -> ChartKernel {
    ChartKernel(shared: shared, capacity: VariantStream.batchSize, kernel: Self.kernel)
  }

  /// The kernel for what charts leave to exact fits.
  func exactKernel() -> LaneInteractionKernel {
    LaneInteractionKernel(
      design: cohort.design, columns: cohort.columns, criterion: .reml, method: .satterthwaite)
  }

  /// Fits pairs of variants of one block exactly.
  func fit(_ requests: [PairRequest], block: Int, by kernel: LaneInteractionKernel) -> [PairFit] {
    cohort.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return [] }
      // Safe: the block's columns follow from its first variant on.
      let first = block * VariantStream.batchSize * cohort.design.donorCount
      return kernel.fit(requests, genes: genes, dosages: base + first)
    }
  }
}
