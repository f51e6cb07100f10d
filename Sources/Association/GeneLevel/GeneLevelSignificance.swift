/// Significance over the genes of a whole scan, in their order.
struct GeneLevelSignificance {
  let logQValues: [Double]
  /// By gene; NaN without a method with replicates.
  let nominalThresholds: [Double]
  /// Gene-level log p up to which signals count.
  let signalThreshold: Double

  init(_ genes: [GeneLevelNumbers], _ options: GeneLevelOptions) {
    let rate = options.falseDiscoveryRate
    let first = GeneSignificance(
      logPValues: genes.map(\.logP),
      estimatesNulls: options.methods.first?.isUniformUpToOne ?? false, falseDiscoveryRate: rate)
    let resampled = GeneSignificance(
      logPValues: genes.map(\.resampledLogP), falseDiscoveryRate: rate)
    logQValues = first.logQValues
    nominalThresholds = genes.map {
      resampled.nominalThreshold(shape1: $0.shape1, shape2: $0.shape2)
    }
    signalThreshold = first.signalThreshold(falseDiscoveryRate: rate)
  }
}
