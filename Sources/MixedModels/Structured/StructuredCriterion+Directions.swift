import LinearAlgebra

/// The directions in which derivatives are taken.
extension StructuredCriterion {
  /// What derivatives are taken along: E = Σ_levels e_a e_b' of a term, or the residual's
  /// Σ_i w_i e_i e_i'; where residuals are correlated, a symmetric matrix for each subject.
  enum Direction {
    case covariance(term: Int, first: Int, second: Int)
    case residual(Int)
    /// The residual variance itself, w = 1.
    case scale
  }

  /// The directions of the parameters, with `scale` behind them where it is wanted.
  ///
  /// - Parameter coordinate: what serial correlation is derived by.
  func members(withScale: Bool, by coordinate: SerialCorrelation.Coordinate) -> [[Members]] {
    let all = directions + (withScale ? [.scale] : [])
    return layouts.indices.map { index in
      var members = all.map {
        Members($0, design.clusters[index], layouts[index], criterion: self)
      }
      if design.serial != nil {
        let blocks = serialMembers(index, by: coordinate, wantsSecond: false).first
        members.replaceSubrange(
          parameters.covarianceCount..<(parameters.covarianceCount + blocks.count), with: blocks)
      }
      return members
    }
  }

  private var directions: [Direction] {
    var all: [Direction] = []
    for (term, q) in parameters.sizes.enumerated() {
      for a in 0..<q { for b in 0..<q { all.append(.covariance(term: term, first: a, second: b)) } }
    }
    for k in 0..<parameters.residualCount { all.append(.residual(k)) }
    return all
  }

  /// w_i of a residual direction: 2x_ik, the derivative of log R_ii, where residuals are independent.
  func weight(_ k: Int, row: Int) -> Double {
    2 * design.residual.covariates[design.rowOrder[row], k]
  }

  /// Z⁺ columns of one cluster that a direction pairs.
  struct Members {
    struct Entry {
      var first: Int
      var second: Int
      var weight: Double
    }

    /// A symmetric matrix over neighbouring columns.
    struct Block {
      var first: Int
      var matrix: Matrix
    }

    let entries: [Entry]
    /// Beside the entries; empty unless residuals are correlated.
    let blocks: [Block]

    init(blocks: [Block]) {
      self.blocks = blocks
      entries = []
    }

    init(
      _ direction: Direction, _ cluster: StructuredDesign.Cluster, _ layout: Layout,
      criterion: StructuredCriterion
    ) {
      blocks = []
      switch direction {
      case .residual where criterion.design.serial != nil:
        // `blocks` takes its place.
        entries = []
      case .covariance(let term, let first, let second):
        entries = cluster.levels[term].map {
          Entry(first: $0 + first, second: $0 + second, weight: 1)
        }
      case .residual(let k):
        entries = (0..<layout.rows).map {
          Entry(
            first: layout.inner + $0, second: layout.inner + $0,
            weight: criterion.weight(k, row: layout.firstRow + $0))
        }
      case .scale:
        entries = (0..<layout.rows).map {
          Entry(first: layout.inner + $0, second: layout.inner + $0, weight: 1)
        }
      }
    }
  }
}
