import LinearAlgebra

/// The random part of a mixed model of any structure: terms that nest, cross or share a
/// relationship matrix, split into clusters of samples that no term connects.
///
/// Rows are put in the order of clusters. Every term's columns are scaled to Z̃ = ZΦ, Φ upper
/// triangular, so that levels' Z̃'Z̃, with a relationship's variances, average to the identity:
/// parameters are then of order one whatever the units.
package final class StructuredDesign: Sendable {
  /// Samples that covary with one another and with no others.
  package struct Cluster: Sendable {
    /// Rows in the design's order.
    var rows: Range<Int>
    /// Columns of Z, m.
    var columnCount: Int
    /// Rows × m, row-major, scaled.
    var z: [Double]
    /// By term: the first of the q columns of every level (or direction of a relationship).
    var levels: [[Int]]
  }

  package let terms: [RandomTerm]
  package let residual: ResidualVariance
  package let clusters: [Cluster]
  /// The sample behind every row.
  package let rowOrder: [Int]
  /// Φ of every term.
  package let rotations: [Matrix]

  package var rowCount: Int { rowOrder.count }
  /// Random-effect columns of all clusters.
  package var columnCount: Int { clusters.reduce(0) { $0 + $1.columnCount } }
  /// Random effects as the user counts them, levels × columns.
  package var effectCount: Int { terms.reduce(0) { $0 + $1.levelCount * $1.columns.columns } }

  /// Floating-point operations of an evaluation with derivatives, roughly.
  package func evaluationCost(fixedCount p: Int) -> Double {
    clusters.reduce(0) { sum, cluster in
      let m = Double(cluster.columnCount)
      let n = Double(cluster.rows.count)
      return sum + 4 * m * m * m + m * (m + 2 * n) * Double(p + 1) + n * Double(p * p)
    }
  }

  /// - Precondition: one or more terms over the same samples.
  package init(terms: [RandomTerm], residual: ResidualVariance) {
    precondition(!terms.isEmpty, "no random term")
    let n = terms[0].levelOfRow.count
    precondition(terms.allSatisfy { $0.levelOfRow.count == n })
    precondition(residual.covariates.rows == n)
    self.terms = terms
    self.residual = residual
    let scaled = terms.map(Self.scaled)
    rotations = scaled.map(\.rotation)
    let groups = Self.connectedRows(terms, count: n)
    rowOrder = groups.flatMap(\.self)
    var clusters: [Cluster] = []
    var start = 0
    for group in groups {
      clusters.append(
        Self.cluster(
          of: group, rows: start..<(start + group.count), terms: terms,
          scaled: scaled.map(\.columns)))
      start += group.count
    }
    self.clusters = clusters
  }

  /// ZΦ and Φ with Φ' S̄ Φ = I, S̄ the mean of levels' Z'Z.
  private static func scaled(_ term: RandomTerm) -> (columns: Matrix, rotation: Matrix) {
    guard let basis = try? OrthonormalBasis(term.columns, tolerance: 0) else {
      return (term.columns, .identity(term.columns.columns))
    }
    let scale = (Double(Set(term.levelOfRow).count) / meanVariance(term)).squareRoot()
    var (columns, rotation) = (basis.q, basis.inverseR)
    for i in columns.elements.indices { columns.elements[i] *= scale }
    for i in rotation.elements.indices { rotation.elements[i] *= scale }
    return (columns, rotation)
  }

  /// The mean over samples of their level's variance in the relationship, 1 without one.
  private static func meanVariance(_ term: RandomTerm) -> Double {
    guard let factor = term.relationship, !term.levelOfRow.isEmpty else { return 1 }
    let sum = term.levelOfRow.reduce(0) { sum, level in
      (0..<factor.columns).reduce(sum) { $0 + factor[level, $1] * factor[level, $1] }
    }
    return sum > 0 ? sum / Double(term.levelOfRow.count) : 1
  }

  /// Samples by cluster: clusters by their first sample, samples in their order.
  private static func connectedRows(_ terms: [RandomTerm], count: Int) -> [[Int]] {
    var parent = Array(0..<count)
    func root(_ row: Int) -> Int {
      var row = row
      while parent[row] != row {
        parent[row] = parent[parent[row]]
        row = parent[row]
      }
      return row
    }
    func join(_ a: Int, _ b: Int) {
      let (a, b) = (root(a), root(b))
      parent[max(a, b)] = min(a, b)
    }
    for term in terms {
      var firstRow = [Int](repeating: -1, count: term.levelCount)
      for (row, level) in term.levelOfRow.enumerated() {
        if firstRow[level] < 0 { firstRow[level] = row } else { join(firstRow[level], row) }
      }
      guard let factor = term.relationship else { continue }
      // Levels that share a direction of the relationship covary.
      for direction in 0..<factor.columns {
        let related = (0..<term.levelCount).filter {
          firstRow[$0] >= 0 && factor[$0, direction] != 0
        }
        for level in related.dropFirst() { join(firstRow[related[0]], firstRow[level]) }
      }
    }
    var members: [Int: [Int]] = [:]
    for row in 0..<count { members[root(row), default: []].append(row) }
    return members.keys.sorted().map { members[$0, default: []] }
  }

  private static func cluster(
    of samples: [Int], rows: Range<Int>, terms: [RandomTerm], scaled: [Matrix]
  ) -> Cluster {
    var offset = 0
    var levels: [[Int]] = []
    // Per term: the columns a level's value goes to, with its factor.
    var targets: [[Int: [(column: Int, factor: Double)]]] = []
    for term in terms {
      let q = term.columns.columns
      let present = Set(samples.map { term.levelOfRow[$0] }).sorted()
      var starts: [Int] = []
      var target: [Int: [(column: Int, factor: Double)]] = [:]
      if let factor = term.relationship {
        for direction in 0..<factor.columns {
          let used = present.filter { factor[$0, direction] != 0 }
          guard !used.isEmpty else { continue }
          for level in used {
            target[level, default: []].append((offset, factor[level, direction]))
          }
          starts.append(offset)
          offset += q
        }
      } else {
        for level in present {
          target[level] = [(offset, 1)]
          starts.append(offset)
          offset += q
        }
      }
      levels.append(starts)
      targets.append(target)
    }
    var z = [Double](repeating: 0, count: samples.count * offset)
    for (row, sample) in samples.enumerated() {
      for (index, term) in terms.enumerated() {
        let q = term.columns.columns
        for (column, factor) in targets[index][term.levelOfRow[sample], default: []] {
          for a in 0..<q { z[row * offset + column + a] = factor * scaled[index][sample, a] }
        }
      }
    }
    return Cluster(rows: rows, columnCount: offset, z: z, levels: levels)
  }
}
