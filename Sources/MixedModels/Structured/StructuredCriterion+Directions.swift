import LinearAlgebra

/// The directions in which derivatives are taken.
extension StructuredCriterion {
  /// What derivatives are taken along: E = Σ_levels e_a e_b' of a term, or the residual's
  /// Σ_i w_i e_i e_i'.
  enum Direction {
    case covariance(term: Int, first: Int, second: Int)
    case residual(Int)
    /// The residual variance itself, w = 1.
    case scale
  }

  /// The directions of the parameters, with `scale` behind them where it is wanted.
  func members(withScale: Bool) -> [[Members]] {
    let all = directions + (withScale ? [.scale] : [])
    return zip(design.clusters, layouts).map { cluster, layout in
      all.map { Members($0, cluster, layout, criterion: self) }
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

  /// w_i of a residual direction: 2x_ik, the derivative of log R_ii.
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

    let entries: [Entry]

    init(
      _ direction: Direction, _ cluster: StructuredDesign.Cluster, _ layout: Layout,
      criterion: StructuredCriterion
    ) {
      switch direction {
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
