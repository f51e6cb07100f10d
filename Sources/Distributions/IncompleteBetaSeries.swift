/// Σ (a+b)_n / (a+1)_n xⁿ, the series of the incomplete beta function: I_x(a, b) is
/// x^a (1−x)^b / (a B(a, b)) times it (DLMF 8.17.8). Every term is positive.
///
/// - Complexity: O(1/(1−x)); few terms far in a tail, where x is small.
func incompleteBetaSeries(_ a: Double, _ b: Double, _ x: Double) -> Double {
  var term = 1.0
  var sum = 1.0
  var n = 0.0
  while term > 1e-17 * sum, n < 1e7 {
    term *= x * (a + b + n) / (a + 1 + n)
    sum += term
    n += 1
  }
  return sum
}
