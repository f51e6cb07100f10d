import LinearAlgebra

extension DesignCrossProducts {
  /// What each donor's dosage adds to L⁻¹C'WX, and its square to X'WX, at one point.
  ///
  /// With U_i = B_i'C_i − B_i'Z̃_i M_κ Z̃_i'C_i and A = C'WC = LL', row i of the first is Ũ_i = U_iL⁻ᵀ
  /// and X'P_C X = Σ g_i²O_i − (Σ g_iŨ_i)(Σ g_iŨ_i)'.
  ///
  /// - Parameters:
  ///   - point: index into `points`.
  ///   - rows: N × k × p, overwritten.
  ///   - squares: O_i, N × k(k + 1)/2 packed, overwritten.
  /// - Complexity: O(N k p (E + p)).
  func whitenedRows(
    at point: Int, of points: DesignPoints, into rows: UnsafeMutablePointer<Double>,
    squares: UnsafeMutablePointer<Double>
  ) {
    let k = genotypeCount
    let p = fixedCount
    genotypeByFixed.withUnsafeBufferPointer { plain in
      genotypeFixedTerms.withUnsafeBufferPointer { terms in
        subtract(terms, from: plain, points, point: point, width: k * p, into: rows)
      }
    }
    genotypeSquares.withUnsafeBufferPointer { plain in
      genotypeSquareTerms.withUnsafeBufferPointer { terms in
        subtract(
          terms, from: plain, points, point: point, width: packedGenotypeCount, into: squares)
      }
    }
    points.factors.withUnsafeBufferPointer { factors in
      guard let base = factors.baseAddress else { return }
      // Safe: every point has a p × p factor.
      whiten(rows, count: k * donorCount, by: base + point * p * p, order: p)
    }
  }

  /// plain − Σ (entry of M_κ) · terms of every donor.
  private func subtract(
    _ terms: UnsafeBufferPointer<Double>, from plain: UnsafeBufferPointer<Double>,
    _ points: DesignPoints, point: Int, width: Int, into out: UnsafeMutablePointer<Double>
  ) {
    let entries = entries
    points.weights.withUnsafeBufferPointer { weights in
      for (index, pattern) in patterns.enumerated() {
        let weight = point &* statisticRows &+ index &* entries
        for donor in pattern.donors {
          // Safe: a donor has `width` numbers in `plain` and `out`, and as many for every entry.
          for j in 0..<width {
            var value = plain[donor &* width &+ j]
            for entry in 0..<entries {
              value -= weights[weight &+ entry] * terms[(donor &* entries &+ entry) &* width &+ j]
            }
            out[donor &* width &+ j] = value
          }
        }
      }
    }
  }
}
