import Testing

/// Mean, standard deviation and correlation, by their textbook formulas.
struct Moments {
  let values: [Double]
  let mean: Double
  let sd: Double

  init(_ values: [Double]) {
    self.values = values
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    self.mean = mean
    sd = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
  }

  func correlation(_ other: Moments) -> Double {
    let products = zip(values, other.values).map { ($0 - mean) * ($1 - other.mean) }
    return products.reduce(0, +) / (Double(values.count - 1) * sd * other.sd)
  }

  /// Expects a normal sample's mean and standard deviation within four standard errors, σ/√n and
  /// σ/√(2n): a chance of 1 in 8,000 each if seeds were not fixed.
  func expect(mean expected: Double, sd expectedSD: Double, _ what: String) {
    let n = Double(values.count)
    #expect(abs(mean - expected) < 4 * expectedSD / n.squareRoot(), "mean of \(what)")
    #expect(abs(sd - expectedSD) < 4 * expectedSD / (2 * n).squareRoot(), "SD of \(what)")
  }
}
