import Glibc
import LinearAlgebra

/// The subjects of a design with serial correlation: rows that follow each other, in time order.
///
/// With R = D^{1/2} C D^{1/2} and C = LL', W = L⁻¹ D^{-1/2} whitens: L⁻¹ is bidiagonal, as C is that
/// of a Markov chain. Derivatives of R come as W(∂R)W', whose parts are N_a = W ∂_a(D^{1/2}L):
/// E_a = N_a + N_a' and E_ab = N_ab + N_ab' + N_a N_b' + N_b N_a'.
struct SerialBlocks: Sendable {
  let correlation: SerialCorrelation
  /// By cluster: subjects' rows, counted from the cluster's first.
  let subjects: [[Range<Int>]]
  /// By row: the time since the subject's last row; 0 for its first.
  let gaps: [Double]

  /// - Parameter groups: samples by cluster, in rows' order.
  init(_ correlation: SerialCorrelation, groups: [[Int]]) {
    self.correlation = correlation
    var gaps: [Double] = []
    subjects = groups.map { samples in
      var ranges: [Range<Int>] = []
      for (row, sample) in samples.enumerated() {
        let isFirst =
          row == 0
          || correlation.subjectOfRow[samples[row - 1]] != correlation.subjectOfRow[sample]
        if isFirst {
          ranges.append(row..<(row + 1))
          gaps.append(0)
        } else {
          let start = ranges.removeLast().lowerBound
          ranges.append(start..<(row + 1))
          gaps.append(correlation.gap(from: samples[row - 1], to: sample))
        }
      }
      return ranges
    }
    self.gaps = gaps
  }

  /// By row: r to the subject's last row, 0 for its first, and (1 − r²)^{-1/2}.
  func links(tau: Double) -> (correlations: [Double], scales: [Double], logDeterminant: Double) {
    var correlations = [Double](repeating: 0, count: gaps.count)
    var scales = [Double](repeating: 1, count: gaps.count)
    var logDeterminant = 0.0
    for (row, gap) in gaps.enumerated() where gap > 0 {
      let link = correlation.link(gap: gap, tau: tau, by: .parameter)
      correlations[row] = link.correlation
      scales[row] = 1 / link.rest.squareRoot()
      logDeterminant += log(link.rest)
    }
    return (correlations, scales, logDeterminant)
  }

  /// The derivatives of one subject's R in whitened coordinates.
  struct Derivatives {
    /// E_a, φ first and ρ last.
    var first: [Matrix]
    /// E_ab, a ≤ b, in the order of the upper triangle's rows.
    var second: [Matrix]
  }

  /// - Parameters:
  ///   - rows: the subject's, in the design's order.
  ///   - covariates: those of log SD, by the subject's rows.
  ///   - wantsSecond: whether E_ab are made.
  /// - Complexity: O(n³) for n rows of the subject.
  func derivatives(
    rows: Range<Int>, covariates: [[Double]], tau: Double,
    by coordinate: SerialCorrelation.Coordinate, wantsSecond: Bool
  ) -> Derivatives {
    let links = rows.dropFirst().map {
      correlation.link(gap: gaps[$0], tau: tau, by: coordinate)
    }
    let l = Self.root(links, count: rows.count)
    var parts = covariates.map { Self.scaledRoot(l, links, covariate: $0) }
    let slope = Self.slope(l, links)
    parts.append(slope)
    var derivatives = Derivatives(first: parts.map { $0.plusTransposed }, second: [])
    guard wantsSecond else { return derivatives }
    let k = covariates.count
    for a in 0...k {
      for b in a...k {
        let part: Matrix
        if b < k {
          let product = zip(covariates[a], covariates[b]).map { $0 * $1 }
          part = Self.scaledRoot(l, links, covariate: product)
        } else if a < k {
          part = parts[a] * slope
        } else {
          part = Self.bend(l, slope: l * slope, links)
        }
        let mixed = parts[a] * parts[b].transposed
        var sum = part.plusTransposed
        let other = mixed.plusTransposed
        for i in sum.elements.indices { sum.elements[i] += other.elements[i] }
        derivatives.second.append(sum)
      }
    }
    return derivatives
  }

  /// L, C's lower Cholesky factor: every row is r times that before it, and (1 − r²)^{1/2}.
  private static func root(_ links: [SerialCorrelation.Link], count: Int) -> Matrix {
    var l = Matrix(rows: count, columns: count)
    if count > 0 { l[0, 0] = 1 }
    for (place, link) in links.enumerated() {
      for j in 0...place { l[place + 1, j] = link.correlation * l[place, j] }
      l[place + 1, place + 1] = link.rest.squareRoot()
    }
    return l
  }

  /// L⁻¹ X L for a diagonal X.
  private static func scaledRoot(
    _ l: Matrix, _ links: [SerialCorrelation.Link], covariate: [Double]
  ) -> Matrix {
    var n = Matrix(rows: l.rows, columns: l.rows)
    for i in covariate.indices { n[i, i] = covariate[i] }
    for (place, link) in links.enumerated() {
      let factor =
        (covariate[place + 1] - covariate[place]) * link.correlation / link.rest.squareRoot()
      guard factor != 0 else { continue }
      for j in 0...place { n[place + 1, j] = factor * l[place, j] }
    }
    return n
  }

  /// L⁻¹ ∂L.
  private static func slope(_ l: Matrix, _ links: [SerialCorrelation.Link]) -> Matrix {
    var n = Matrix(rows: l.rows, columns: l.rows)
    for (place, link) in links.enumerated() {
      let factor = link.first / link.rest.squareRoot()
      for j in 0...place { n[place + 1, j] = factor * l[place, j] }
      n[place + 1, place + 1] = -link.correlation * link.first / link.rest
    }
    return n
  }

  /// L⁻¹ ∂²L, with ∂L for `slope`.
  private static func bend(
    _ l: Matrix, slope: Matrix, _ links: [SerialCorrelation.Link]
  ) -> Matrix {
    var n = Matrix(rows: l.rows, columns: l.rows)
    for (place, link) in links.enumerated() {
      let scale = 1 / link.rest.squareRoot()
      for j in 0...place {
        n[place + 1, j] = scale * (link.second * l[place, j] + 2 * link.first * slope[place, j])
      }
      let share = link.correlation * link.first / link.rest
      n[place + 1, place + 1] =
        -(link.first * link.first + link.correlation * link.second) / link.rest - share * share
    }
    return n
  }
}

extension Matrix {
  /// A + A'.
  fileprivate var plusTransposed: Matrix {
    var sum = self
    for i in 0..<rows { for j in 0..<columns { sum[i, j] += self[j, i] } }
    return sum
  }
}
