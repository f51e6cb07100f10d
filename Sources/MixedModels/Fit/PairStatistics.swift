/// The cross-products of one variant's columns X_i = g_i B_i with a design and a response, per
/// visit pattern: what its model needs beside the gene's.
final class PairStatistics {
  /// Columns: X'WC (k·p), X'WX packed (k(k+1)/2), X'Wy (k).
  let width: Int
  /// (K·E) × width.
  let rows: UnsafeMutablePointer<Double>
  /// The same columns for W = I: width.
  let plain: UnsafeMutablePointer<Double>
  private let rowCount: Int

  init(design: DesignCrossProducts) {
    let k = design.genotypeCount
    width = k * design.fixedCount + design.packedGenotypeCount + k
    rowCount = design.statisticRows
    rows = .allocate(capacity: max(1, rowCount * width))
    plain = .allocate(capacity: max(1, width))
  }

  deinit {
    rows.deallocate()
    plain.deallocate()
  }

  /// Sums over donors; donors with dosage 0 cost nothing.
  ///
  /// - Parameter dosages: one per donor in the design's donor order, none missing.
  /// - Complexity: O(carriers · E · k · p).
  func compute(
    dosages: UnsafePointer<Double>, design: DesignCrossProducts, response: ResponseCrossProducts
  ) {
    rows.update(repeating: 0, count: rowCount * width)
    plain.update(repeating: 0, count: width)
    let k = design.genotypeCount
    let entries = design.entries
    let linear = k * design.fixedCount
    let squares = design.packedGenotypeCount
    // Safe: every pointer stays within the arrays whose sizes DesignCrossProducts and
    // ResponseCrossProducts document, for donors below design.donorCount.
    design.genotypeFixedTerms.withUnsafeBufferPointer { fixedTerms in
      design.genotypeSquareTerms.withUnsafeBufferPointer { squareTerms in
        response.genotypeResponseTerms.withUnsafeBufferPointer { responseTerms in
          for (index, pattern) in design.patterns.enumerated() {
            for donor in pattern.donors {
              let g = dosages[donor]
              guard g != 0 else { continue }
              for entry in 0..<entries {
                let to = rows + (index &* entries &+ entry) &* width
                let at = donor &* entries &+ entry
                Self.add(g, fixedTerms, at &* linear, count: linear, to: to)
                Self.add(g * g, squareTerms, at &* squares, count: squares, to: to + linear)
                Self.add(g, responseTerms, at &* k, count: k, to: to + linear + squares)
              }
            }
          }
        }
      }
    }
    design.genotypeByFixed.withUnsafeBufferPointer { fixed in
      design.genotypeSquares.withUnsafeBufferPointer { square in
        response.genotypeByResponse.withUnsafeBufferPointer { byResponse in
          for donor in 0..<design.donorCount {
            let g = dosages[donor]
            guard g != 0 else { continue }
            Self.add(g, fixed, donor &* linear, count: linear, to: plain)
            Self.add(g * g, square, donor &* squares, count: squares, to: plain + linear)
            Self.add(g, byResponse, donor &* k, count: k, to: plain + linear + squares)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func add(
    _ scale: Double, _ from: UnsafeBufferPointer<Double>, _ offset: Int, count: Int,
    to: UnsafeMutablePointer<Double>
  ) {
    for j in 0..<count { to[j] += scale * from[offset &+ j] }
  }
}
