import Distributions

/// A gene's p-value from replicates of its smallest p-value under the null.
///
/// Replicates come one by one until 30 of them were as small as the observed one or all B were made
/// (Besag & Clifford 1991, doi:10.1093/biomet/78.2.301): genes without an effect are cheap. After 30 in L
/// replicates p is 30/L, which is valid whatever the distribution of the minima. Where B replicates had
/// 10 to 29, p is (1 + exceedances)/(1 + B), which is exact: with B = 1,000 the level 0.01 is a count. With
/// fewer than 10, p is at most 10/(1 + B) and comes from a beta distribution (Ongen et al. 2016,
/// doi:10.1093/bioinformatics/btv722), whose tail goes on below 1/(B + 1). It is fitted to the smallest 15 %
/// of the minima, the others censored: a fit to all of them, as FastQTL makes, follows the bulk, and with
/// 4,000 variants let p-values fall below 0.01 in 0.0065 of genes without an effect instead of 0.01. Where
/// none can be fitted, p is counted there too.
struct ResampledPValue: Sendable, Equatable {
  /// Exceedances after which a gene needs no more replicates.
  static let enoughExceedances = 30
  /// Exceedances from which a count is as good as a distribution.
  static let countedExceedances = 10
  /// Replicates that are made in any case, so that every gene has a beta distribution.
  static let fewest = 100

  /// How many of so many minima, the smallest, a distribution is fitted to.
  static func tail(of count: Int) -> Int { max(50, 3 * count / 20) }

  /// Natural logarithm; NaN where the gene has no statistic.
  var logP = Double.nan
  /// Of the minima; NaN where none was fitted.
  var shape1 = Double.nan
  var shape2 = Double.nan
  /// Replicates made.
  var replicates = 0

  /// The fitted distribution of the smallest p-value.
  var beta: BetaDistribution? {
    shape1 > 0 && shape2 > 0 ? BetaDistribution(shape1: shape1, shape2: shape2) : nil
  }

  init() {}

  /// Draws replicates as far as needed.
  ///
  /// - Parameters:
  ///   - observed: natural logarithm of the gene's smallest p-value.
  ///   - most: B.
  ///   - draw: makes the next so many replicates and gives their smallest log p; nil when interrupted.
  /// - Returns: nil when interrupted.
  init?(observed: Double, most: Int, draw: (Int) -> [Double]?) {
    guard !observed.isNaN else { return }
    var minima: [Double] = []
    var exceedances = 0
    var stop: Int?
    while minima.count < most, stop == nil || minima.count < Self.fewest {
      guard let more = draw(min(Self.fewest, most - minima.count)) else { return nil }
      for minimum in more {
        minima.append(minimum)
        guard minimum <= observed else { continue }
        exceedances += 1
        if exceedances == Self.enoughExceedances { stop = minima.count }
      }
    }
    replicates = minima.count
    let beta = BetaDistribution(logValues: minima, tail: Self.tail(of: minima.count))
    shape1 = beta?.shape1 ?? .nan
    shape2 = beta?.shape2 ?? .nan
    if let stop {
      logP = Double.log(Double(Self.enoughExceedances) / Double(stop))
    } else if let beta, exceedances < Self.countedExceedances {
      let largest = Double.log(Double(Self.countedExceedances) / Double(1 + most))
      logP = min(beta.logCumulative(observed), largest)
    } else {
      logP = Double.log(Double(1 + exceedances) / Double(1 + most))
    }
  }
}
