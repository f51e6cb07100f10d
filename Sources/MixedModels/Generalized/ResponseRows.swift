import LinearAlgebra

/// The responses of a generalised model with the fixed part's columns, in any order of rows.
struct ResponseRows: Sendable {
  let family: ResponseFamily
  /// Proportions or counts.
  var response: [Double]
  /// Numbers of trials, or weights.
  var sizes: [Double]
  /// What the linear predictor has without the columns.
  var offset: [Double]
  /// Samples × p.
  var columns: Matrix
  /// By row: the η that it would have as its mean.
  private var links: [Double]

  init(
    family: ResponseFamily, response: [Double], sizes: [Double], offset: [Double], columns: Matrix
  ) {
    self.family = family
    self.response = response
    self.sizes = sizes
    self.offset = offset
    self.columns = columns
    links = response.map(family.link)
  }

  var count: Int { response.count }

  /// Σ of what log-densities are at most.
  var logNormaliser: Double {
    zip(response, sizes).reduce(0) { $0 + family.logNormaliser($1.0, size: $1.1) }
  }

  func selecting(_ rows: [Int]) -> ResponseRows {
    ResponseRows(
      family: family, response: rows.map { response[$0] }, sizes: rows.map { sizes[$0] },
      offset: rows.map { offset[$0] }, columns: columns.selecting(rows: rows))
  }

  /// Xβ + offset.
  func fixedPredictor(_ beta: ArraySlice<Double>) -> [Double] {
    var sums = offset
    let p = columns.columns
    columns.elements.withUnsafeBufferPointer { x in
      beta.withUnsafeBufferPointer { beta in
        for row in sums.indices {
          var sum = sums[row]
          for j in 0..<p { sum += x[row &* p &+ j] * beta[j] }
          sums[row] = sum
        }
      }
    }
    return sums
  }

  /// m (y − b'), m b'' and m times b's third derivative at a predictor.
  func setMoments(
    _ predictor: [Double], rests: inout [Double], weights: inout [Double], slopes: inout [Double]
  ) {
    for row in predictor.indices {
      let (mean, variance, slope) = family.moments(predictor[row])
      rests[row] = sizes[row] * (response[row] - mean)
      // Rows without trials weigh nothing, but are divided by.
      weights[row] = max(sizes[row] * variance, 1e-290)
      slopes[row] = sizes[row] * slope
    }
  }

  /// Σ of what log-densities fall short of that.
  func shortfall(_ predictor: [Double]) -> Double {
    var sum = 0.0
    for row in predictor.indices { sum += shortfall(row, predictor[row]) }
    return sum
  }

  /// Of one row.
  func shortfall(_ row: Int, _ eta: Double) -> Double {
    sizes[row] * family.shortfall(response[row], eta, link: links[row])
  }
}
