/// coloc's estimate of a trait's SD (`sdY.est`) from the standard errors of a gene's variants:
/// var(β̂) = sdY² / (N · 2f(1 − f)), so that sdY² is the slope of 2Nf(1 − f) on 1/var(β̂), through 0.
///
/// With N donors, the trait is what a donor contributes to the estimate: for genotype × time the
/// slope of a donor's expression as its visits measure it, sampling error included, per unit of
/// time; for the main effect its level at the time centre. The prior SD 0.15 sdY is then that of
/// an allele's effect on a trait with one value a donor, which coloc's 0.15 was chosen for.
struct PriorScale {
  private var products = 0.0
  private var squares = 0.0

  /// Takes up a variant.
  mutating func add(variance: Double, donors: Double, frequency: Double) {
    products += 2 * donors * frequency * (1 - frequency) / variance
    squares += 1 / (variance * variance)
  }

  /// sdY; NaN without variants.
  var deviation: Double { (products / squares).squareRoot() }
}
