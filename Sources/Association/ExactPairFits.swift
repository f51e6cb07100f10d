import Distributions
import MixedModels

/// The exact fits of one design, by lanes; with the likelihood ratio where it is wanted.
///
/// One object serves one thread.
final class ExactPairFits {
  private let lanes: LaneInteractionKernel
  private let reduced: LaneInteractionKernel?

  /// - Parameter reduced: of the design without its tested column.
  init(lanes: LaneInteractionKernel, reduced: LaneInteractionKernel?) {
    self.lanes = lanes
    self.reduced = reduced
  }

  /// Fits pairs of genes of the design; `requests` are grouped by gene.
  func fit(
    _ requests: [PairRequest], genes: [PairGene], reduced others: [ReducedGene?],
    dosages: UnsafePointer<Double>
  ) -> [PairFit] {
    var fits = lanes.fit(requests, genes: genes, dosages: dosages)
    guard others.contains(where: { $0 != nil }) else { return fits }
    for gene in genes.indices {
      guard let other = others[gene] else { continue }
      let places = requests.indices.filter { requests[$0].gene == gene }
      let deviances = other.deviances(
        variants: places.map { requests[$0].variant }, dosages: dosages, kernel: reduced)
      for (place, deviance) in zip(places, deviances) {
        let fall = max(0, deviance - fits[place].deviance)
        fits[place].details = PairDetails(
          logLikelihoodRatioP: ChiSquared.logUpperTail(fall, degreesOfFreedom: 1))
      }
    }
    return fits
  }
}
