import LinearAlgebra

/// The random part of a mixed model of any structure: terms that nest, cross or share a
/// relationship matrix, split into clusters of samples that no term connects.
///
/// Rows are put in the order of clusters, and by subject and time where residuals are correlated. Every term's columns are scaled to Z̃ = ZΦ, Φ upper
/// triangular, so that levels' Z̃'Z̃, with a relationship's variances, average to the identity:
/// parameters are then of order one whatever the units.
package final class StructuredDesign: Sendable {
  /// Samples that covary with one another and with no others.
  package struct Cluster: Sendable {
    /// A number of Z.
    struct Entry: Sendable {
      var column: Int
      var value: Double
    }

    /// Rows in the design's order.
    var rows: Range<Int>
    /// Columns of Z, m.
    var columnCount: Int
    /// The entries of the scaled Z other than 0, row by row.
    var entries: [Entry]
    /// The first entry of every row, and their number behind the last.
    var rowStarts: [Int]
    /// By term: the first of the q columns of every level (or direction of a relationship).
    var levels: [[Int]]
  }

  package let terms: [RandomTerm]
  package let residual: ResidualVariance
  /// Empty where only the outline is known.
  package let clusters: [Cluster]
  /// The first row of every cluster, and the number of rows.
  let clusterStarts: [Int]
  /// Columns of Z of every cluster.
  let clusterColumns: [Int]
  /// The sample behind every row.
  package let rowOrder: [Int]
  /// Rows that are correlated in time; nil without any.
  let serial: SerialBlocks?
  /// Φ of every term.
  package let rotations: [Matrix]
  /// ZΦ of every term, samples × q; 0 where the term does not act.
  let scaledColumns: [Matrix]

  package var rowCount: Int { rowOrder.count }
  /// Random-effect columns of all clusters.
  package var columnCount: Int { clusterColumns.reduce(0, +) }

  /// Floating-point operations of an evaluation with derivatives, roughly.
  package func evaluationCost(fixedCount p: Int) -> Double {
    clusterColumns.indices.reduce(0) { sum, cluster in
      let m = Double(clusterColumns[cluster])
      let n = Double(clusterStarts[cluster + 1] - clusterStarts[cluster])
      return sum + 4 * m * m * m + m * (m + 2 * n) * Double(p + 1) + n * Double(p * p)
    }
  }

  /// - Parameters:
  ///   - isOutline: whether the entries of clusters may wait for `complete`; a relationship's or a
  ///     serial correlation's are made at once.
  ///   - information: what samples weigh where columns are scaled; equal where nil.
  /// - Precondition: one or more terms over the same samples.
  package init(
    terms: [RandomTerm], residual: ResidualVariance, isOutline: Bool = false,
    information: [Double]? = nil
  ) {
    precondition(!terms.isEmpty, "no random term")
    let n = terms[0].levelOfRow.count
    precondition(terms.allSatisfy { $0.levelOfRow.count == n })
    precondition(residual.covariates.rows == n)
    self.terms = terms
    self.residual = residual
    let scaled = terms.map { Self.scaled($0, information: information) }
    rotations = scaled.map(\.rotation)
    scaledColumns = scaled.map(\.columns)
    let (members, starts) = Self.connectedRows(terms, serial: residual.serial, count: n)
    clusterStarts = starts
    if let correlation = residual.serial {
      precondition(correlation.times.count == n)
      let groups = zip(starts, starts.dropFirst()).map {
        correlation.ordered(Array(members[$0..<$1]))
      }
      serial = SerialBlocks(correlation, groups: groups)
      rowOrder = groups.flatMap(\.self)
    } else {
      serial = nil
      rowOrder = members
    }
    if isOutline, serial == nil, terms.allSatisfy({ $0.relationship == nil }) {
      clusters = []
      clusterColumns = Self.columnCounts(terms, rowOrder: rowOrder, starts: starts)
    } else {
      clusters = Self.clusters(terms, scaledColumns, rowOrder: rowOrder, starts: starts)
      clusterColumns = clusters.map(\.columnCount)
    }
  }

  /// The design with the entries of its clusters.
  private init(completing outline: StructuredDesign) {
    terms = outline.terms
    residual = outline.residual
    rotations = outline.rotations
    scaledColumns = outline.scaledColumns
    clusterStarts = outline.clusterStarts
    clusterColumns = outline.clusterColumns
    rowOrder = outline.rowOrder
    serial = outline.serial
    clusters = Self.clusters(
      terms, scaledColumns, rowOrder: rowOrder, starts: clusterStarts)
  }

  /// The same design, entries included.
  var complete: StructuredDesign {
    clusters.count == clusterColumns.count ? self : StructuredDesign(completing: self)
  }

  private static func clusters(
    _ terms: [RandomTerm], _ scaled: [Matrix], rowOrder: [Int], starts: [Int]
  ) -> [Cluster] {
    var places = terms.map { LevelPlaces(levelCount: $0.levelCount) }
    var clusters: [Cluster] = []
    clusters.reserveCapacity(starts.count - 1)
    for (start, end) in zip(starts, starts.dropFirst()) {
      clusters.append(
        cluster(
          of: Array(rowOrder[start..<end]), rows: start..<end, terms: terms, scaled: scaled,
          places: &places))
    }
    return clusters
  }

  /// ZΦ and Φ with Φ' S̄ Φ = I, S̄ the mean of levels' Z'WZ, W the information.
  private static func scaled(
    _ term: RandomTerm, information: [Double]?
  ) -> (columns: Matrix, rotation: Matrix) {
    var acting = term.columns
    for (row, level) in term.levelOfRow.enumerated() where level < 0 {
      for j in 0..<acting.columns { acting[row, j] = 0 }
    }
    var weighted = acting
    for (row, weight) in (information ?? []).enumerated() {
      for j in 0..<acting.columns { weighted[row, j] *= weight.squareRoot() }
    }
    guard let basis = try? OrthonormalBasis(byGram: weighted, tolerance: 0) else {
      return (acting, .identity(acting.columns))
    }
    var isPresent = [Bool](repeating: false, count: term.levelCount)
    for level in term.levelOfRow where level >= 0 { isPresent[level] = true }
    let levels = isPresent.reduce(0) { $0 + ($1 ? 1 : 0) }
    let scale = (Double(levels) / meanVariance(term)).squareRoot()
    var rotation = basis.inverseR
    var columns = information == nil ? basis.q : acting * rotation
    for i in columns.elements.indices { columns.elements[i] *= scale }
    for i in rotation.elements.indices { rotation.elements[i] *= scale }
    return (columns, rotation)
  }

  /// The mean over samples of their level's variance in the relationship, 1 without one.
  private static func meanVariance(_ term: RandomTerm) -> Double {
    let levels = term.levelOfRow.filter { $0 >= 0 }
    guard let factor = term.relationship, !levels.isEmpty else { return 1 }
    let sum = levels.reduce(0) { sum, level in
      (0..<factor.columns).reduce(sum) { $0 + factor[level, $1] * factor[level, $1] }
    }
    return sum > 0 ? sum / Double(levels.count) : 1
  }
}
