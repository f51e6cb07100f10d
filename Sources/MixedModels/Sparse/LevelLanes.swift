import Glibc

/// The levels of one factor alone, of one or two columns, two levels at a time: the value and the gradient
/// of a criterion without coarse columns, in a fifth of the time that its blocks take.
///
/// A level of one column has a second of zeros, which changes nothing. F = I + T'GT = LDL' of a level gives
/// log|F| and, with U = T'C and C = Z'R⁻¹[X y], B = F⁻¹U and U'B.
final class LevelLanes {
  typealias Lanes = SIMD2<Double>

  /// T, row by row.
  struct Factor {
    var t00 = 0.0
    var t01 = 0.0
    var t10 = 0.0
    var t11 = 0.0
  }

  private let count: Int
  private let width: Int
  /// By two levels: G's 00, 01 and 11; the pivots' inverses and L's entry; C's two rows.
  private let gram: UnsafeMutablePointer<Lanes>
  private let pivots: UnsafeMutablePointer<Lanes>
  private let products: UnsafeMutablePointer<Lanes>
  /// Room for rows of P + 1, and for their products.
  private let rows: UnsafeMutablePointer<Lanes>
  private let sums: UnsafeMutablePointer<Lanes>

  /// - Parameters:
  ///   - levels: their number.
  ///   - width: P + 1.
  init(levels: Int, width: Int) {
    count = (levels + 1) / 2
    self.width = width
    func room(_ count: Int) -> UnsafeMutablePointer<Lanes> {
      // Safe: allocated and initialised here, freed by `deinit` alone.
      let base = UnsafeMutablePointer<Lanes>.allocate(capacity: max(1, count))
      base.initialize(repeating: .zero, count: max(1, count))
      return base
    }
    gram = room(3 * count)
    pivots = room(3 * count)
    products = room(2 * width * count)
    rows = room(4 * width)
    sums = room(width * width)
  }

  deinit {
    for base in [gram, pivots, products, rows, sums] { base.deallocate() }
  }

  /// Takes in G of every level, q × q, and C, q rows of P + 1, levels one behind the other.
  func load(gram g: UnsafePointer<Double>, products c: UnsafePointer<Double>, levels: Int, q: Int) {
    // Safe: `levels` blocks are read, and as many lanes written as there is room for.
    for level in 0..<levels {
      let (place, lane) = (level / 2, level % 2)
      let square = g + level &* q &* q
      gram[3 &* place][lane] = square[0]
      if q == 2 {
        gram[3 &* place &+ 1][lane] = square[1]
        gram[3 &* place &+ 2][lane] = square[3]
      }
      let source = c + level &* q &* width
      let target = products + 2 &* width &* place
      for k in 0..<(q &* width) { target[k][lane] = source[k] }
    }
  }

  /// log|A|, with Σ U'B subtracted from `fixed`, the lower triangle of (P + 1)² numbers; nil where A is not
  /// positive definite.
  func eliminate(_ t: Factor, from fixed: UnsafeMutablePointer<Double>) -> Double? {
    var logDeterminant = 0.0
    // A product of pivots takes one logarithm for many.
    var product = Lanes(repeating: 1)
    var lowest = Lanes(repeating: 1)
    // Safe: `init` allocated what is counted here.
    sums.update(repeating: .zero, count: width &* width)
    let (first, second) = (rows, rows + width)
    let (firstScaled, secondScaled) = (rows + 2 &* width, rows + 3 &* width)
    for place in 0..<count {
      let g = gram + 3 &* place
      let m00 = g[0] * t.t00 + g[1] * t.t10
      let m01 = g[0] * t.t01 + g[1] * t.t11
      let m10 = g[1] * t.t00 + g[2] * t.t10
      let m11 = g[1] * t.t01 + g[2] * t.t11
      let d0 = 1 + (m00 * t.t00 + m10 * t.t10)
      let a10 = m00 * t.t01 + m10 * t.t11
      let i0 = 1 / d0
      let l = a10 * i0
      let d1 = 1 + (m01 * t.t01 + m11 * t.t11) - l * a10
      let i1 = 1 / d1
      let pivot = pivots + 3 &* place
      (pivot[0], pivot[1], pivot[2]) = (i0, l, i1)
      lowest = pointwiseMin(lowest, d1)
      // No pivot is below 1, and those of a parameter of 1e50 are below 1e150.
      product *= d0 * d1
      if product[0] > 1e100 || product[1] > 1e100 {
        logDeterminant += log(product[0]) + log(product[1])
        product = Lanes(repeating: 1)
      }
      let c = products + 2 &* width &* place
      for k in 0..<width {
        let (c0, c1) = (c[k], c[width &+ k])
        let u0 = c0 * t.t00 + c1 * t.t10
        let u1 = c0 * t.t01 + c1 * t.t11 - l * u0
        (first[k], second[k]) = (u0, u1)
        (firstScaled[k], secondScaled[k]) = (u0 * i0, u1 * i1)
      }
      for k in 0..<width {
        let (u0, u1) = (first[k], second[k])
        let target = sums + k &* width
        for j in 0...k { target[j] += u0 * firstScaled[j] + u1 * secondScaled[j] }
      }
    }
    guard lowest[0] > 0, lowest[1] > 0 else { return nil }
    for k in 0..<width {
      for j in 0...k {
        let sum = sums[k &* width &+ j]
        fixed[k &* width &+ j] -= sum[0] + sum[1]
      }
    }
    return logDeterminant + log(product[0]) + log(product[1])
  }

  /// Σ ((GTF⁻¹) − (C − GTB)ΩB') over levels, 2 × 2: half the gradient by T.
  ///
  /// - Precondition: `eliminate` was called with the same T.
  func gradient(_ t: Factor, _ omega: UnsafePointer<Double>) -> [Double] {
    var (s00, s01, s10, s11) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    // Safe: `init` allocated what is counted here; Ω has (P + 1)² numbers.
    let (first, second) = (rows, rows + width)
    let (firstForm, secondForm) = (rows + 2 &* width, rows + 3 &* width)
    for place in 0..<count {
      let g = gram + 3 &* place
      let (g0, g1, g2) = (g[0], g[1], g[2])
      let pivot = pivots + 3 &* place
      let (i0, l, i1) = (pivot[0], pivot[1], pivot[2])
      let cross = -l * i1
      let corner = i0 - l * cross
      let m00 = g0 * t.t00 + g1 * t.t10
      let m01 = g0 * t.t01 + g1 * t.t11
      let m10 = g1 * t.t00 + g2 * t.t10
      let m11 = g1 * t.t01 + g2 * t.t11
      s00 += m00 * corner + m01 * cross
      s01 += m00 * cross + m01 * i1
      s10 += m10 * corner + m11 * cross
      s11 += m10 * cross + m11 * i1
      let c = products + 2 &* width &* place
      for k in 0..<width {
        let (c0, c1) = (c[k], c[width &+ k])
        let u0 = c0 * t.t00 + c1 * t.t10
        let u1 = c0 * t.t01 + c1 * t.t11
        let b1 = (u1 - l * u0) * i1
        let b0 = u0 * i0 - l * b1
        (first[k], second[k]) = (b0, b1)
        firstForm[k] = c0 - (m00 * b0 + m01 * b1)
        secondForm[k] = c1 - (m10 * b0 + m11 * b1)
      }
      for k in 0..<width {
        var (y0, y1) = (Lanes.zero, Lanes.zero)
        let row = omega + k &* width
        for j in 0..<width {
          y0 += first[j] * row[j]
          y1 += second[j] * row[j]
        }
        let (f0, f1) = (firstForm[k], secondForm[k])
        s00 -= f0 * y0
        s01 -= f0 * y1
        s10 -= f1 * y0
        s11 -= f1 * y1
      }
    }
    return [s00, s01, s10, s11].map { $0[0] + $0[1] }
  }
}
