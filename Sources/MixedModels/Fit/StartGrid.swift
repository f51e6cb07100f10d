import LinearAlgebra

/// The points from which null fits of a design may start, with all that no response changes there,
/// so that ranking them for a gene takes one product and one triangular solve a point.
struct StartGrid: Sendable {
  let points: [SymmetricMatrix2]
  private let fixed: DesignPoints
  /// −N log|I − M| + Σ_κ N_κ log|I + (S̃_κ − I)M|: points.
  private let determinants: [Double]

  /// Keeps the points at which the criterion has a value.
  init(_ part: FixedPart) {
    let valid = Self.starts(part.shape).filter {
      DesignPoints(part, points: [$0])?.isWellConditioned ?? false
    }
    guard let fixed = DesignPoints(part, points: valid) else {
      preconditionFailure("points that are valid one by one are not together")
    }
    self.fixed = fixed
    points = valid
    determinants = zip(valid, fixed.patternDeterminants).map { m, patterns in
      patterns - Double(part.donorCount)
        * Double.log((SymmetricMatrix2.identity - m).determinant)
    }
  }

  /// The criterion of a response at every point; infinite where it leaves no residual.
  ///
  /// - Complexity: O(points · (K E p + p²)).
  func values(
    response: ResponseCrossProducts, criterion: EstimationCriterion, degreesOfFreedom: Double
  ) -> [Double] {
    let (residuals, totals, _) = fixed.contract(response)
    var values = [Double](repeating: .infinity, count: points.count)
    for n in points.indices {
      guard residuals[n] > 1e-12 * totals[n] else { continue }
      values[n] =
        determinants[n] + (criterion == .reml ? fixed.fixedDeterminants[n] : 0)
        + degreesOfFreedom * Double.log(residuals[n])
    }
    return values
  }

  /// Interior points from weak to very strong random effects, along and across the axes.
  static func starts(_ shape: RandomEffectShape) -> [SymmetricMatrix2] {
    let strengths = [0.1, 0.4, 0.7, 0.9, 0.98, 0.998, 1 - 1e-4, 1 - 1e-6]
    switch shape {
    case .scalar: return strengths.map { SymmetricMatrix2($0, 0, 0) }
    case .diagonal:
      return strengths.flatMap { first in
        strengths.map { SymmetricMatrix2(first, 0, $0) }
      }
    case .full:
      var starts = strengths.map { SymmetricMatrix2($0, 0, $0) }
      for (large, small) in [(0.4, 0.05), (0.7, 0.1), (0.9, 0.3), (0.98, 0.6), (0.998, 0.9)] {
        let mean = 0.5 * (large + small)
        let half = 0.5 * (large - small)
        // Angles 0°, 90°, ±45° of the main axis.
        for (c, s) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
          starts.append(SymmetricMatrix2(mean + half * c, half * s, mean - half * c))
        }
      }
      return starts
    }
  }
}
