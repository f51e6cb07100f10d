/// Natural logarithms of the two-sided p-values of a pair's estimates; NaN where one is missing.
struct PairLogPValues: Sendable {
  var genotype: Double
  var time: Double
  var interaction: Double
}
