import KernelInterface

/// Fits blocks of variants with genes in their charts.
///
/// One kernel serves one worker.
package final class ChartKernel {
  private let capacity: Int
  private let kernel: any VectorKernel.Type
  private let scores: AlignedBuffer<Float>
  private let times: AlignedBuffer<Float>
  private let forms: AlignedBuffer<Float>
  private let scratch: AlignedBuffer<Lanes>
  private let results: AlignedBuffer<Double>
  private let outcomes: AlignedBuffer<UInt8>

  package init(capacity: Int, kernel: any VectorKernel.Type) {
    self.capacity = capacity
    self.kernel = kernel
    scores = AlignedBuffer(count: 40 * capacity, repeating: 0)
    times = AlignedBuffer(count: 40 * capacity, repeating: 0)
    forms = AlignedBuffer(count: 60 * capacity, repeating: 0)
    scratch = AlignedBuffer(count: ChartProblem.scratchLanes, repeating: .zero)
    results = AlignedBuffer(count: ChartResult.allCases.count * capacity, repeating: .nan)
    outcomes = AlignedBuffer(count: capacity, repeating: 0)
  }

  /// Fits every variant of a block with a gene.
  ///
  /// - Parameter isFull: whether all numbers are wanted, or only the test of genotype × time.
  package func fit(_ chart: GeneChart, _ block: VariantBlock, isFull: Bool) {
    precondition(block.capacity == capacity && chart.shared === block.shared)
    let n = block.shared.design.donorCount
    let coefficients = block.shared.nodes.coefficientCount
    let hasTime = isFull && !chart.timeRows.isEmpty
    chart.scoreRows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      kernel.multiply(
        base, block.dosages.base, into: scores.base, rows: 2 * coefficients, inner: n,
        columns: block.width, stride: capacity)
    }
    if hasTime {
      chart.timeRows.withUnsafeBufferPointer { rows in
        guard let base = rows.baseAddress else { return }
        kernel.multiply(
          base, block.dosages.base, into: times.base, rows: 2 * coefficients, inner: n,
          columns: block.width, stride: capacity)
      }
    }
    chart.formRows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      for entry in 0..<3 {
        // Safe: entry's columns of every row lie `capacity` apart in both.
        kernel.multiply(
          base, block.forms.base + entry * capacity, into: forms.base + entry * capacity,
          rows: coefficients, inner: block.shared.basis.points.count, columns: block.width,
          stride: 3 * capacity)
      }
    }
    var problem = ChartProblem(
      count: (block.count + 7) / 8 * 8, stride: capacity, scores: scores.base, forms: forms.base,
      timeRows: isFull ? times.base : nil, means: block.means.base,
      scratch: UnsafeMutableRawPointer(scratch.base), results: results.base,
      outcomes: outcomes.base)
    chart.withKernelChart { kernel.fitCharts(&problem, gene: $0) }
  }

  /// A number of the variant at `index` of the block last fitted.
  package func result(_ row: ChartResult, at index: Int) -> Double {
    results.base[row.rawValue * capacity + index]
  }

  /// How the fit of the variant at `index` ended.
  package func outcome(at index: Int) -> ChartOutcome {
    ChartOutcome(rawValue: outcomes.base[index]) ?? .unsettled
  }
}
