import KernelInterface
import MixedModels
import VectorKernels

/// Charts over stored forms and direct charts: where the one becomes cheaper than the other.
var blockStages: [Stage] {
  BenchmarkDesign.all.flatMap { design in
    [false, true].flatMap { isDirect in
      [buildStage(design, isDirect: isDirect)]
        + [1, 4, 16].map { blockStage(design, genes: $0, isDirect: isDirect) }
    }
  }
}

private let variantCount = 256

private func name(_ group: String, _ design: BenchmarkDesign, isDirect: Bool) -> String {
  "\(group)/\(design.name) \(isDirect ? "direct" : "stored")"
}

/// Charts of genes from their null fits.
private func buildStage(_ design: BenchmarkDesign, isDirect: Bool) -> Stage {
  Stage(name("block/chart", design, isDirect: isDirect), unit: "genes") {
    let cohort = try BenchmarkCohort(design, genes: 16, variants: 16)
    let shared = ChartDesign(
      design: cohort.design, columns: cohort.columns, criterion: .reml, isDirect: isDirect)
    var gene = 0
    return {
      let chart = shared.flatMap {
        GeneChart(shared: $0, response: cohort.responses[gene], null: cohort.nulls[gene])
      }
      // Where stored forms do not reach, a gene has no chart.
      precondition(chart != nil || !isDirect, "gene \(gene) has no direct chart")
      gene = (gene + 1) % cohort.responses.count
      return 1
    }
  }
}

/// A block of variants, loaded and fitted with some genes.
private func blockStage(_ design: BenchmarkDesign, genes: Int, isDirect: Bool) -> Stage {
  Stage("\(name("block", design, isDirect: isDirect)) \(genes)", unit: "pairs") {
    let cohort = try BenchmarkCohort(design, genes: genes, variants: variantCount)
    guard
      let shared = ChartDesign(
        design: cohort.design, columns: cohort.columns, criterion: .reml, isDirect: isDirect)
    else { preconditionFailure("charts do not cover \(design.name)") }
    let charts = zip(cohort.responses, cohort.nulls).compactMap {
      GeneChart(shared: shared, response: $0, null: $1)
    }
    let kernel = SIMDLevel.highest.kernel
    let block =
      isDirect
      ? VariantBlock(direct: shared, capacity: variantCount, kernel: kernel)
      : VariantBlock(
        operators: FormOperators(shared: shared), capacity: variantCount, kernel: kernel)
    let fits = ChartKernel(shared: shared, capacity: variantCount, kernel: kernel)
    return {
      block.removeAll()
      cohort.dosages.withUnsafeBufferPointer { dosages in
        guard let base = dosages.baseAddress else { return }
        for variant in 0..<variantCount {
          // Safe: the column of a variant below variantCount has donorCount values.
          block.append(base + variant * cohort.design.donorCount)
        }
      }
      block.prepare()
      for chart in charts { fits.fit(chart, block, variants: 0..<variantCount, isFull: false) }
      return Double(variantCount * charts.count)
    }
  }
}
