import KernelInterface

/// A block of variants with everything the charts of a design need of them, gene by gene.
///
/// Holds the centred dosages and X'P_C X at the points of the design's basis: both are the same for
/// all genes.
package final class VariantBlock {
  package let shared: ChartDesign
  /// Most variants of a block, and the distance between rows.
  package let capacity: Int
  /// Variants loaded.
  package private(set) var count = 0
  /// N × capacity.
  let dosages: AlignedBuffer<Float>
  /// Mean dosages where dosages are centred, else 0.
  let means: AlignedBuffer<Double>
  /// r × 3 × capacity: forms 11, 12, 22 at every point of the basis.
  let forms: AlignedBuffer<Float>
  /// Smallest share of a genotype column that the fixed columns leave, over basis points and both
  /// columns.
  private let shares: AlignedBuffer<Float>
  private let squares: AlignedBuffer<Float>
  private let whitened: AlignedBuffer<Float>
  /// X'WX at one point, 11 and 22.
  private let plain: AlignedBuffer<Float>
  private let operators: FormOperators
  private let kernel: any VectorKernel.Type

  /// - Parameter capacity: a multiple of 32.
  package init(operators: FormOperators, capacity: Int, kernel: any VectorKernel.Type) {
    precondition(capacity % 32 == 0, "a block of \(capacity) variants")
    shared = operators.shared
    self.operators = operators
    self.capacity = capacity
    self.kernel = kernel
    let n = shared.design.donorCount
    let p = shared.design.fixedCount
    dosages = AlignedBuffer(count: n * capacity, repeating: 0)
    squares = AlignedBuffer(count: n * capacity, repeating: 0)
    means = AlignedBuffer(count: capacity, repeating: 0)
    forms = AlignedBuffer(count: shared.basis.points.count * 3 * capacity, repeating: 0)
    shares = AlignedBuffer(count: capacity, repeating: 1)
    plain = AlignedBuffer(count: 2 * capacity, repeating: 0)
    whitened = AlignedBuffer(count: 2 * p * capacity, repeating: 0)
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
    for donor in 0..<n {
      let value = Float(column[donor] - mean)
      dosages.base[donor &* capacity &+ count] = value
      squares.base[donor &* capacity &+ count] = value * value
    }
    count += 1
  }

  /// Width in use, a multiple of 32; what lies beyond the last variant repeats it.
  var width: Int { (count + 31) / 32 * 32 }

  /// Whether the fixed columns explain so much of the variant at `index` that what they leave has
  /// too few digits: the forms are right relative to the whole column. Of 4,500 pairs with 2 to 6 %
  /// left, deviances were off by up to 3e-3; with more than a tenth, by less than 1e-3.
  func isNearlyCollinear(at index: Int) -> Bool { !(shares.base[index] > 0.1) }

  /// Computes the forms of the variants loaded.
  package func prepare() {
    guard count > 0 else { return }
    let n = shared.design.donorCount
    let p = shared.design.fixedCount
    for donor in 0..<n {
      let row = donor * capacity
      for index in count..<width {
        dosages.base[row + index] = dosages.base[row + count - 1]
        squares.base[row + index] = squares.base[row + count - 1]
      }
    }
    for index in count..<width { means.base[index] = means.base[count - 1] }
    for index in 0..<width { shares.base[index] = 1 }
    operators.withPointers { cross, square in
      for point in shared.basis.points.indices {
        kernel.multiply(
          cross + point * 2 * p * n, dosages.base, into: whitened.base, rows: 2 * p, inner: n,
          columns: width, stride: capacity)
        let out = forms.base + point * 3 * capacity
        kernel.multiply(
          square + point * 3 * n, squares.base, into: out, rows: 3, inner: n, columns: width,
          stride: capacity)
        for index in 0..<width {
          plain.base[index] = out[index]
          plain.base[capacity + index] = out[2 * capacity + index]
        }
        kernel.subtractGram(
          whitened.base, from: out, fixed: p, columns: width, stride: capacity)
        for index in 0..<width {
          let first = out[index] / plain.base[index]
          let second = out[2 * capacity + index] / plain.base[capacity + index]
          shares.base[index] = min(shares.base[index], first, second)
        }
      }
    }
  }
}
