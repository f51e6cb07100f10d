import Association
import Distributions
import KernelInterface
import MixedModels
import Tables

/// The fast path on the designs: gene by gene, block by block, and pair by pair.
var chartStages: [Stage] {
  BenchmarkDesign.all.flatMap { design in
    [
      nullStage(design), buildStage(design), storeStage(design),
      productStage(design, isFull: false),
      productStage(design, isFull: true), newtonStage(design, isFull: false),
      newtonStage(design, isFull: true), tailStage(design), polishStage(design), rowStage(design),
      pairStage(design),
    ]
  }
}

private func name(_ design: BenchmarkDesign, _ stage: String, isFull: Bool = false) -> String {
  "chart/\(design.name)/\(stage)\(isFull ? " full" : "")"
}

/// Null fits, from the grid of starts to the optimum.
private func nullStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "null"), unit: "genes") {
    let cohort = try BenchmarkCohort(design, genes: genesPerVariant, variants: genesPerVariant)
    var gene = 0
    return {
      let fit = NullFit(
        design: cohort.design, response: cohort.responses[gene], criterion: .reml)
      precondition(fit.deviance.isFinite, "gene \(gene) failed: \(fit.status)")
      gene = (gene + 1) % cohort.responses.count
      return 1
    }
  }
}

/// Charts of genes from their null fits.
private func buildStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "build"), unit: "charts") {
    let charts = try ChartCohort(design, blocks: 1)
    var index = 0
    return {
      let gene = charts.genes[charts.charts[index].gene]
      let chart = GeneChart(shared: charts.shared, response: gene.response, null: gene.null)
      precondition(chart != nil, "the chart is gone")
      index = (index + 1) % charts.charts.count
      return 1
    }
  }
}

/// Variants into a block: centring, and the forms that all genes share.
private func storeStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "store"), unit: "variants") {
    let charts = try ChartCohort(design, blocks: 4)
    var next = 0
    return {
      let block = charts.blocks[next]
      ChartCohort.fill(
        block, from: charts.cohort, firstVariant: next * VariantStream.batchSize)
      next = (next + 1) % charts.blocks.count
      return Double(block.count)
    }
  }
}

/// The products of one block with every gene's chart.
private func productStage(_ design: BenchmarkDesign, isFull: Bool) -> Stage {
  Stage(name(design, "gemm", isFull: isFull), unit: "pairs") {
    let charts = try ChartCohort(design, blocks: 1)
    let kernel = charts.chartKernel()
    let block = charts.blocks[0]
    let operations = charts.charts.map { $0.chart.productOperations(isFull: isFull) }
    return StageWork(
      operations: operations.reduce(0, +) / Double(operations.count), isSinglePrecision: true
    ) {
      for (_, chart) in charts.charts {
        for panel in 0..<block.panelCount {
          kernel.multiply(chart, block, panel: panel, isFull: isFull)
        }
      }
      return Double(charts.charts.count * block.count)
    }
  }
}

/// The optima of pairs whose products are there: of every gene one panel of variants.
private func newtonStage(_ design: BenchmarkDesign, isFull: Bool) -> Stage {
  Stage(name(design, "newton", isFull: isFull), unit: "pairs") {
    let charts = try ChartCohort(design, blocks: 1)
    let block = charts.blocks[0]
    // A kernel holds the products of one panel.
    let kernels = charts.charts.map { gene, chart in
      let kernel = charts.chartKernel()
      kernel.multiply(chart, block, panel: gene % block.panelCount, isFull: isFull)
      return kernel
    }
    return {
      for ((gene, chart), kernel) in zip(charts.charts, kernels) {
        kernel.solve(chart, block, panel: gene % block.panelCount, isFull: isFull)
      }
      return Double(kernels.count * VariantBlock.panelWidth)
    }
  }
}

/// p-values of a gene's fits.
private func tailStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "tails"), unit: "pairs") {
    let charts = try ChartCohort(design, blocks: 1)
    let kernel = charts.chartKernel()
    let variants = 0..<charts.blocks[0].count
    kernel.fit(charts.charts[0].chart, charts.blocks[0], variants: variants, isFull: false)
    var logPValues = [Double](repeating: 0, count: variants.count)
    return {
      logPValues.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        // Safe: one number per variant.
        kernel.logPValues(of: variants, into: base)
      }
      return Double(variants.count)
    }
  }
}

/// Exact fits that start at the chart's optimum: of every gene the sixteen variants with the largest
/// statistics, as those with small p-values are what a scan fits exactly.
private func polishStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "polish"), unit: "pairs") {
    let charts = try ChartCohort(design, blocks: 1)
    let block = charts.blocks[0]
    let kernel = charts.chartKernel()
    var requests: [PairRequest] = []
    for (gene, chart) in charts.charts {
      kernel.fit(chart, block, variants: 0..<block.count, isFull: false)
      let byStatistic = (0..<block.count).filter(kernel.isTrusted).sorted {
        abs(kernel.result(.statistic, at: $0)) > abs(kernel.result(.statistic, at: $1))
      }
      requests += byStatistic.prefix(16).map {
        PairRequest(gene: gene, variant: $0, start: kernel.start(at: $0))
      }
    }
    let exact = charts.exactKernel()
    return {
      let fits = charts.fit(requests, block: 0, by: exact)
      precondition(fits.allSatisfy { $0.deviance.isFinite }, "a pair failed")
      return Double(requests.count)
    }
  }
}

/// Text of rows, all thirty columns.
private func rowStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "text"), unit: "rows") {
    let charts = try ChartCohort(design, blocks: 1)
    let block = charts.blocks[0]
    let kernel = charts.chartKernel()
    kernel.fit(charts.charts[0].chart, block, variants: 0..<block.count, isFull: true)
    let exact = charts.exactKernel()
    let fits = (0..<block.count).map { index in
      kernel.isTrusted(at: index)
        ? kernel.pairFit(at: index)
        : charts.fit(
          [PairRequest(gene: charts.charts[0].gene, variant: index)], block: 0, by: exact)[0]
    }
    let sample = PairRowSample(
      fits: fits, dosages: charts.cohort.dosages, design: charts.cohort.design,
      kernel: ChartCohort.kernel)
    var text = TextBuffer(capacity: 512 * fits.count)
    return {
      text.removeAll()
      sample.write(to: &text)
      precondition(text.count > 100 * fits.count, "\(text.count) bytes of text")
      return Double(fits.count)
    }
  }
}

/// All that a scan with `--pval-threshold 1e-3` does for the pairs of a block: charts, p-values, and
/// exact fits of those that are small or not to be trusted. A gene has 4,096 variants.
private func pairStage(_ design: BenchmarkDesign) -> Stage {
  Stage(name(design, "pairs"), unit: "pairs") {
    let charts = try ChartCohort(design, blocks: 4096 / VariantStream.batchSize)
    let kernel = charts.chartKernel()
    let exact = charts.exactKernel()
    let variants = 0..<VariantStream.batchSize
    var logPValues = [Double](repeating: 0, count: variants.count)
    var next = 0
    return {
      var requests: [PairRequest] = []
      for gene in charts.genesWithoutChart {
        requests += variants.map { PairRequest(gene: gene, variant: $0) }
      }
      for (gene, chart) in charts.charts {
        kernel.fit(chart, charts.blocks[next], variants: variants, isFull: false)
        logPValues.withUnsafeMutableBufferPointer {
          guard let base = $0.baseAddress else { return }
          // Safe: one number per variant.
          kernel.logPValues(of: variants, into: base)
        }
        for index in variants
        where !(kernel.isTrusted(at: index) && logPValues[index] >= Double.log(1e-3)) {
          requests.append(
            PairRequest(gene: gene, variant: index, start: kernel.start(at: index)))
        }
      }
      let fits = charts.fit(requests, block: next, by: exact)
      precondition(fits.allSatisfy { $0.deviance.isFinite }, "a pair failed")
      next = (next + 1) % charts.blocks.count
      return Double(charts.genes.count * variants.count)
    }
  }
}
