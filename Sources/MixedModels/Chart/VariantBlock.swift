import KernelInterface

/// A block of variants with everything the charts of a design need of them, gene by gene.
///
/// Holds the centred dosages and, where the design has a basis, X'P_C X at its points: both are the
/// same for all genes.
package final class VariantBlock {
  package let shared: ChartDesign
  /// Variants whose numbers lie side by side: rows of a panel follow one another in memory, so that
  /// a product over donors reads a few kilobytes in a row.
  package static let panelWidth = 32

  /// Most variants of a block.
  package let capacity: Int
  /// Variants loaded.
  package private(set) var count = 0
  /// Panels that hold them.
  package var panelCount: Int { (count + Self.panelWidth - 1) / Self.panelWidth }
  /// Panels × N × 32.
  let dosages: AlignedBuffer<Float>
  /// Mean dosages where dosages are centred, else 0.
  let means: AlignedBuffer<Double>
  /// Panels × N × 32: the squares of `dosages`.
  let squares: AlignedBuffer<Float>
  /// Panels × r × 3 × 32: forms 11, 12, 22 at every point of the basis.
  let forms: AlignedBuffer<Float>
  /// Panels × `featureRows` × 32: the shared vectors times the dosages, and room for a gene's own.
  let features: AlignedBuffer<Float>
  /// Rank of the shared vectors and `FactoredRows.geneRankLimit`; 0 where rows are not factored.
  let featureRows: Int
  private let sharedVectors: [Float]
  /// Smallest share of a genotype column that the fixed columns leave, over basis points and both
  /// columns.
  private let shares: AlignedBuffer<Float>
  private let whitened: AlignedBuffer<Float>
  /// X'WX at one point, 11 and 22.
  private let plain: AlignedBuffer<Float>
  /// nil where charts are direct.
  private let operators: FormOperators?
  private let kernel: any VectorKernel.Type

  /// - Parameter capacity: a multiple of 32.
  package convenience init(
    operators: FormOperators, capacity: Int, kernel: any VectorKernel.Type
  ) {
    self.init(operators.shared, operators, capacity: capacity, kernel: kernel)
  }

  /// A block for direct charts.
  ///
  /// - Parameter capacity: a multiple of 32.
  /// - Precondition: the design has no basis.
  package convenience init(
    direct shared: ChartDesign, capacity: Int, kernel: any VectorKernel.Type
  ) {
    precondition(shared.basis == nil, "charts over a basis take its operators")
    self.init(shared, nil, capacity: capacity, kernel: kernel)
  }

  private init(
    _ shared: ChartDesign, _ operators: FormOperators?, capacity: Int,
    kernel: any VectorKernel.Type
  ) {
    precondition(capacity % Self.panelWidth == 0, "a block of \(capacity) variants")
    self.shared = shared
    self.operators = operators
    self.capacity = capacity
    self.kernel = kernel
    let n = shared.design.donorCount
    let p = shared.design.fixedCount
    dosages = AlignedBuffer(count: n * capacity, repeating: 0)
    squares = AlignedBuffer(count: n * capacity, repeating: 0)
    means = AlignedBuffer(count: capacity, repeating: 0)
    forms = AlignedBuffer(count: (shared.basis?.points.count ?? 0) * 3 * capacity, repeating: 0)
    featureRows = shared.rowSpace.map { $0.rank + FactoredRows.geneRankLimit } ?? 0
    features = AlignedBuffer(count: featureRows * capacity, repeating: 0)
    sharedVectors = (shared.rowSpace?.directions ?? []).joined().map { Float($0) }
    shares = AlignedBuffer(count: capacity, repeating: 1)
    plain = AlignedBuffer(count: 2 * Self.panelWidth, repeating: 0)
    whitened = AlignedBuffer(count: 2 * p * Self.panelWidth, repeating: 0)
  }

  /// Starts an empty block.
  package func removeAll() { count = 0 }

  /// Adds a variant.
  ///
  /// - Parameter column: one dosage per donor in the design's donor order, none missing.
  package func append(_ column: UnsafePointer<Double>) {
    precondition(count < capacity)
    let n = shared.design.donorCount
    var mean = 0.0
    if shared.isCentred {
      for donor in 0..<n { mean += column[donor] }
      mean /= Double(n)
    }
    means.base[count] = mean
    let start = place(of: count, rows: n)
    for donor in 0..<n {
      let value = Float(column[donor] - mean)
      dosages.base[start &+ donor &* Self.panelWidth] = value
      squares.base[start &+ donor &* Self.panelWidth] = value * value
    }
    count += 1
  }

  /// Where the first row of a variant lies among panels of `rows` rows.
  private func place(of index: Int, rows: Int) -> Int {
    index / Self.panelWidth * rows * Self.panelWidth + index % Self.panelWidth
  }

  /// Whether the fixed columns explain so much of the variant at `index` that what they leave has
  /// too few digits at some point of the basis; false without one.
  func isNearlyCollinear(at index: Int) -> Bool { Self.isTooSmall(share: shares.base[index]) }

  /// Whether too few digits are left of a genotype column of which the fixed columns leave `share`:
  /// the forms are right relative to the whole column. Of 4,500 pairs with 2 to 6 % left, deviances
  /// were off by up to 3e-3; with more than a tenth, by less than 1e-3.
  static func isTooSmall(share: Float) -> Bool { !(share > 0.1) }

  /// Computes what the variants loaded share for all genes.
  package func prepare() {
    guard count > 0 else { return }
    let n = shared.design.donorCount
    let width = Self.panelWidth
    let panels = panelCount
    // What lies beyond the last variant repeats it: numbers to compute with, not to use.
    let last = place(of: count - 1, rows: n)
    for index in count..<(panels * width) {
      let start = place(of: index, rows: n)
      for donor in 0..<n {
        dosages.base[start + donor * width] = dosages.base[last + donor * width]
        squares.base[start + donor * width] = squares.base[last + donor * width]
      }
      means.base[index] = means.base[count - 1]
    }
    for index in 0..<(panels * width) { shares.base[index] = 1 }
    for panel in 0..<panels { preparePanel(panel) }
  }

  private func preparePanel(_ panel: Int) {
    let n = shared.design.donorCount
    let width = Self.panelWidth
    let dosages = dosages.base + panel * n * width
    sharedVectors.withUnsafeBufferPointer { vectors in
      guard let base = vectors.baseAddress, !vectors.isEmpty else { return }
      kernel.multiply(
        base, dosages, into: features.base + panel * featureRows * width,
        rows: vectors.count / n, inner: n, columns: width, stride: width)
    }
    storeForms(panel)
  }

  /// X'P_C X of a panel's variants at the points of the basis.
  private func storeForms(_ panel: Int) {
    guard let operators, let count = shared.basis?.points.count else { return }
    let n = shared.design.donorCount
    let p = shared.design.fixedCount
    let width = Self.panelWidth
    let dosages = dosages.base + panel * n * width
    let squares = squares.base + panel * n * width
    operators.withPointers { cross, square in
      let out = forms.base + panel * 3 * count * width
      kernel.multiply(
        square, squares, into: out, rows: 3 * count, inner: n, columns: width, stride: width)
      for point in 0..<count {
        kernel.multiply(
          cross + point * 2 * p * n, dosages, into: whitened.base, rows: 2 * p, inner: n,
          columns: width, stride: width)
        let form = out + point * 3 * width
        for index in 0..<width {
          plain.base[index] = form[index]
          plain.base[width + index] = form[2 * width + index]
        }
        kernel.subtractGram(
          whitened.base, from: form, fixed: p, columns: width, stride: width)
        for index in 0..<width {
          let first = form[index] / plain.base[index]
          let second = form[2 * width + index] / plain.base[width + index]
          let at = panel * width + index
          shares.base[at] = min(shares.base[at], first, second)
        }
      }
    }
  }
}
