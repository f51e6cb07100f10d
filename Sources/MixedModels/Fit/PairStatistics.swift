/// The cross-products of one variant's columns X_i = g_i B_i with a design and a response, per
/// visit pattern: what its model needs beside the gene's.
final class PairStatistics {
  /// Columns: X'WC (k·p), X'WX packed (k(k+1)/2), X'Wy (k).
  let width: Int
  /// (K·E) × width.
  let rows: UnsafeMutablePointer<Double>
  /// The same columns for W = I: width.
  let plain: UnsafeMutablePointer<Double>
  private let design: DesignCrossProducts
  private let rowCount: Int
  /// k·p and k(k+1)/2.
  private let linear: Int
  private let squares: Int
  private let dosages: UnsafeMutablePointer<Double>

  init(design: DesignCrossProducts) {
    self.design = design
    linear = design.genotypeCount * design.fixedCount
    squares = design.packedGenotypeCount
    width = linear + squares + design.genotypeCount
    rowCount = design.statisticRows
    dosages = .allocate(capacity: max(1, design.donorCount))
    rows = .allocate(capacity: max(1, rowCount * width))
    plain = .allocate(capacity: max(1, width))
  }

  deinit {
    rows.deallocate()
    plain.deallocate()
    dosages.deallocate()
  }

  /// Takes in a variant: everything that no response changes. Donors with dosage 0 cost nothing.
  ///
  /// - Parameter dosages: one per donor in the design's donor order, none missing; copied.
  /// - Complexity: O(carriers · E · k · p).
  func load(dosages: UnsafePointer<Double>) {
    self.dosages.update(from: dosages, count: design.donorCount)
    rows.update(repeating: 0, count: rowCount * width)
    plain.update(repeating: 0, count: width)
    // Safe: every pointer stays within the arrays whose sizes DesignCrossProducts documents, for
    // donors below design.donorCount.
    design.genotypeFixedTerms.withUnsafeBufferPointer { fixedTerms in
      design.genotypeSquareTerms.withUnsafeBufferPointer { squareTerms in
        sumTerms(fixedTerms, offset: 0, count: linear, power: 1)
        sumTerms(squareTerms, offset: linear, count: squares, power: 2)
      }
    }
    design.genotypeByFixed.withUnsafeBufferPointer { fixed in
      design.genotypeSquares.withUnsafeBufferPointer { square in
        for donor in 0..<design.donorCount where dosages[donor] != 0 {
          let g = dosages[donor]
          Self.add(g, fixed, donor &* linear, count: linear, to: plain)
          Self.add(g * g, square, donor &* squares, count: squares, to: plain + linear)
        }
      }
    }
  }

  /// Completes the variant's sums with those of one response.
  ///
  /// - Complexity: O(carriers · E · k).
  func combine(with response: ResponseCrossProducts) {
    let k = design.genotypeCount
    let offset = linear + squares
    for row in 0..<rowCount { (rows + row &* width + offset).update(repeating: 0, count: k) }
    (plain + offset).update(repeating: 0, count: k)
    response.genotypeResponseTerms.withUnsafeBufferPointer {
      sumTerms($0, offset: offset, count: k, power: 1)
    }
    response.genotypeByResponse.withUnsafeBufferPointer { byResponse in
      for donor in 0..<design.donorCount where dosages[donor] != 0 {
        Self.add(dosages[donor], byResponse, donor &* k, count: k, to: plain + offset)
      }
    }
  }

  /// Adds donors' terms (N × (E·count)), times dosage to a power, to their pattern's rows.
  @inline(__always)
  private func sumTerms(
    _ terms: UnsafeBufferPointer<Double>, offset: Int, count: Int, power: Int
  ) {
    let entries = design.entries
    for (index, pattern) in design.patterns.enumerated() {
      for donor in pattern.donors where dosages[donor] != 0 {
        let scale = power == 1 ? dosages[donor] : dosages[donor] * dosages[donor]
        for entry in 0..<entries {
          let to = rows + ((index &* entries &+ entry) &* width &+ offset)
          Self.add(scale, terms, (donor &* entries &+ entry) &* count, count: count, to: to)
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
