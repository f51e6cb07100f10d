/// Which columns of Z meet in which samples: what a sparse criterion's blocks are laid out by.
///
/// In every cluster one factor's levels are fine: no sample has two of them, so that they are
/// eliminated one by one. The columns of the others are the cluster's coarse ones, among which
/// what is left is dense.
struct SparsePattern: Sendable {
  /// Terms whose levels are the same for all samples: one term with a block diagonal T.
  struct Factor: Sendable {
    var terms: [Int]
    /// The first column of every term.
    var starts: [Int]
    /// Columns of all terms.
    var columnCount: Int
    var levelOfRow: [Int]
    var levelCount: Int
  }

  /// A coarse level.
  struct Block: Sendable {
    /// The first of its columns among the cluster's coarse ones; among those that a fine level
    /// meets in `met`.
    var start: Int
    var factor: Int
    var columnCount: Int
  }

  struct Level: Sendable {
    var factor: Int
    /// q.
    var columnCount: Int
    var rows: Range<Int>
    /// The first of its columns among all of Z.
    var column: Int
    /// Where its q × q blocks stand.
    var square: Int
    /// Where its rows' values stand, q a row.
    var values: Int
    /// The coarse levels that it meets.
    var blocks: Range<Int>
    /// The coarse columns that it meets, as places in `metColumns`.
    var met: Range<Int>
    /// Where its q × |met| blocks stand.
    var coupling: Int
  }

  struct Cluster: Sendable {
    var levels: Range<Int>
    var rows: Range<Int>
    /// Rows behind those with a fine level.
    var looseRows: Range<Int>
    /// The first coarse column among all of Z, and their number.
    var coarseColumn: Int
    var coarseCount: Int
    var coarse: Range<Int>
    /// Whether no sample has two coarse levels: G_cc is block diagonal.
    var isBlockDiagonal: Bool
    /// Where its coarse × coarse blocks stand.
    var square: Int
  }

  /// Levels of a factor whose columns follow one another.
  struct Run: Sendable {
    var factor: Int
    var column: Int
    var count: Int
  }

  /// A coarse level of a row.
  struct RowEntry: Sendable {
    /// The first of its columns among the cluster's coarse ones.
    var column: Int
    /// The first of its columns among those its fine level meets; −1 without one.
    var slot: Int
    var factor: Int
    /// Where its values stand.
    var values: Int
  }

  /// Where a level stands.
  enum Place: Sendable, Equatable {
    case fine(Int)
    /// `start` among the cluster's coarse columns.
    case coarse(cluster: Int, start: Int)
  }

  var factors: [Factor] = []
  /// By term: its factor and its first column there.
  var factorOfTerm: [(factor: Int, start: Int)] = []
  var clusters: [Cluster] = []
  var levels: [Level] = []
  /// Of all clusters: their coarse levels.
  var coarse: [Block] = []
  /// Of all fine levels: the coarse levels met, `start` among the columns met.
  var blocks: [Block] = []
  /// Of all fine levels: the coarse columns met, ascending, numbered within their cluster.
  var metColumns: [Int] = []
  /// The sample behind every row.
  var samples: [Int] = []
  /// Coarse levels by row; `entryStarts[row]` is the first.
  var entries: [RowEntry] = []
  var entryStarts: [Int] = [0]
  /// Values of fine and of coarse columns, unweighted.
  var fineValues: [Double] = []
  var coarseValues: [Double] = []
  /// By factor and level; nil for levels without a sample.
  var places: [[Place?]] = []
  /// Of all levels.
  var runs: [Run] = []
  /// The cluster of every fine level.
  var clusterOfLevel: [Int] = []

  var columnCount = 0
  var levelSquares = 0
  var coarseSquares = 0
  var couplings = 0

  /// - Precondition: no term has a relationship matrix.
  init(_ design: StructuredDesign) {
    collectFactors(design)
    places = factors.map { [Place?](repeating: nil, count: $0.levelCount) }
    var builder = SparsePatternBuilder(design: design, pattern: self)
    if factors.count == 1 { builder.addNested() } else { builder.addAll() }
    self = builder.pattern
    for cluster in clusters {
      for level in levels[cluster.levels] { extendRuns(level.factor, column: level.column) }
      for block in coarse[cluster.coarse] {
        extendRuns(block.factor, column: cluster.coarseColumn + block.start)
      }
    }
  }

  private mutating func extendRuns(_ factor: Int, column: Int) {
    if let last = runs.last, last.factor == factor,
      last.column + last.count * factors[factor].columnCount == column
    {
      runs[runs.count - 1].count += 1
    } else {
      runs.append(Run(factor: factor, column: column, count: 1))
    }
  }

  private mutating func collectFactors(_ design: StructuredDesign) {
    for (index, term) in design.terms.enumerated() {
      precondition(term.relationship == nil, "term \(index) has a relationship matrix")
      let q = term.columns.columns
      if let same = factors.firstIndex(where: { $0.levelOfRow == term.levelOfRow }) {
        factorOfTerm.append((same, factors[same].columnCount))
        factors[same].terms.append(index)
        factors[same].starts.append(factors[same].columnCount)
        factors[same].columnCount += q
        factors[same].levelCount = max(factors[same].levelCount, term.levelCount)
      } else {
        factorOfTerm.append((factors.count, 0))
        factors.append(
          Factor(
            terms: [index], starts: [0], columnCount: q, levelOfRow: term.levelOfRow,
            levelCount: term.levelCount))
      }
    }
  }

  /// Floating-point operations of an evaluation with derivatives, roughly.
  func evaluationCost(fixedCount p: Int) -> Double {
    let width = Double(p + 1)
    var cost = 0.0
    for level in levels {
      let (q, met) = (Double(level.columnCount), Double(level.met.count))
      cost += 40 + 6 * q * q * q + 4 * q * q * width + q * width * width
      cost += q * met * (4 * met + 4 * width + 6 * q)
    }
    for cluster in clusters {
      let n = Double(cluster.coarseCount)
      cost += n * n * n + n * n * (4 + 3 * width)
    }
    return cost
  }
}
