import KernelInterface

/// The reported linear combinations of the coefficients, in the orthonormal basis.
struct LaneContrasts {
  /// Genotype's row, if the model has a main effect; the interaction's is the first.
  let genotype: Int?
  let time: Int?
  /// count × (p + k).
  private let weights: [Double]
  let count: Int
  private let width: Int
  private let fixedCount: Int

  init(design: DesignCrossProducts, columns: InteractionColumns) {
    let p = design.fixedCount
    fixedCount = p
    width = p + design.genotypeCount
    // The user's coefficients are R⁻¹ times those of the orthonormal columns.
    func row(_ column: Int) -> [Double] {
      [Double](repeating: 0, count: p)
        + (0..<design.genotypeCount).map { design.genotypeBasis.inverseR[column, $0] }
    }
    var rows = [row(columns.interaction)]
    if let column = columns.genotype {
      genotype = rows.count
      rows.append(row(column))
    } else {
      genotype = nil
    }
    if let column = columns.time {
      time = rows.count
      rows.append(
        (0..<p).map { design.basis.inverseR[column, $0] }
          + [Double](repeating: 0, count: design.genotypeCount))
    } else {
      time = nil
    }
    count = rows.count
    weights = rows.flatMap { $0 }
  }

  /// Computes every combination in every lane.
  func estimate(_ kernel: any VectorKernel.Type, _ storage: LaneStorage) {
    // Safe: `weights` holds count × m numbers, and the estimates have room for three rows.
    weights.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      kernel.estimate(
        storage.criterion, contrasts: base, count: count, estimates: storage.estimates)
    }
  }

  /// Computes what Kenward and Roger's formulas need in every lane: see `VectorKernel.curve`.
  func curve(_ kernel: any VectorKernel.Type, _ storage: LaneStorage) {
    // Safe: as above; there are at most three rows.
    weights.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      kernel.curve(storage.criterion, contrasts: base, count: count, curves: storage.curves)
    }
  }

  /// What the residualisation of the response took from a combination.
  func offset(_ index: Int, _ response: ResponseCrossProducts) -> Double {
    var sum = 0.0
    for j in 0..<fixedCount { sum += response.offset[j] * weights[index * width + j] }
    return sum
  }
}
