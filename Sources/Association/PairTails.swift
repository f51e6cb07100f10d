import Distributions
import KernelInterface
import MixedModels

/// Tail probabilities of many pairs at once, and what is added up of them.
struct PairTails {
  let kernel: any VectorKernel.Type

  /// Natural logarithms of the two-sided p-values of estimates; NaN where one is missing.
  func logPValues(_ estimates: [CoefficientEstimate]) -> [Double] {
    logPValues(
      statistics: estimates.map(\.statistic), degreesOfFreedom: estimates.map(\.degreesOfFreedom))
  }

  /// Those of t statistics.
  func logPValues(statistics: [Double], degreesOfFreedom: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: statistics.count) { out, count in
      count = statistics.count
      guard let base = out.baseAddress else { return }
      // Safe: the three have `count` elements.
      statistics.withUnsafeBufferPointer { t in
        degreesOfFreedom.withUnsafeBufferPointer { df in
          guard let t = t.baseAddress, let df = df.baseAddress else { return }
          kernel.logTwoSidedTails(statistics: t, degreesOfFreedom: df, out: base, count: count)
        }
      }
    }
  }

  /// The p-value of a pair's test, of one column or several.
  func logPValue(of fit: PairFit) -> Double {
    guard let test = fit.details?.test, !test.numeratorDegreesOfFreedom.isNaN else {
      return logPValues([fit.interaction])[0]
    }
    return FisherF.logUpperTail(
      test.statistic, numerator: test.numeratorDegreesOfFreedom,
      denominator: test.denominatorDegreesOfFreedom)
  }

  /// The p-values of one pair.
  func logPValues(of fit: PairFit, interaction: Double) -> PairLogPValues {
    let others = logPValues([fit.genotype, fit.time])
    return PairLogPValues(genotype: others[0], time: others[1], interaction: interaction)
  }

  /// Adds the p-values of a gene's pairs to its combination and to the scan's histogram.
  func add(
    _ logPValues: [Double], frequencies: [Double], to summary: inout GeneSummary,
    _ histogram: inout PValueHistogram
  ) {
    guard !logPValues.isEmpty else { return }
    let values = transformed(logPValues) { kernel.exponentials($0, out: $1, count: $2) }
    histogram.add(pValues: values.span, alleleFrequencies: frequencies.span)
    let cotangents = transformed(logPValues) {
      kernel.cotangents(logPValues: $0, out: $1, count: $2)
    }
    summary.combination.add(logPValues: logPValues.span, cotangents: cotangents.span)
  }

  private func transformed(
    _ values: [Double],
    by body: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: values.count) { out, count in
      count = values.count
      // Safe: both have `count` elements.
      values.withUnsafeBufferPointer {
        guard let from = $0.baseAddress, let to = out.baseAddress else { return }
        body(from, to, count)
      }
    }
  }
}
