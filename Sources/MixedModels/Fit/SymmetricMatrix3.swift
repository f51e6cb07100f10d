import Glibc

/// A symmetric 3 × 3 matrix over the coordinates 11, 12, 22 of M.
struct SymmetricMatrix3: Sendable, Equatable {
  var h11: Double
  var h12: Double
  var h13: Double
  var h22: Double
  var h23: Double
  var h33: Double

  init(_ h11: Double, _ h12: Double, _ h13: Double, _ h22: Double, _ h23: Double, _ h33: Double) {
    self.h11 = h11
    self.h12 = h12
    self.h13 = h13
    self.h22 = h22
    self.h23 = h23
    self.h33 = h33
  }

  init(_ packed: SIMD8<Double>) {
    self.init(packed[0], packed[1], packed[2], packed[3], packed[4], packed[5])
  }

  func multiply(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    (h11 * x + h12 * y + h13 * z, h12 * x + h22 * y + h23 * z, h13 * x + h23 * y + h33 * z)
  }

  /// LDL' pivots; all positive exactly where the matrix is positive definite.
  var pivots: (Double, Double, Double) {
    let d1 = h11
    let l21 = h12 / d1
    let l31 = h13 / d1
    let d2 = h22 - l21 * h12
    let rest = h23 - l21 * h13
    let l32 = rest / d2
    return (d1, d2, h33 - l31 * h13 - l32 * rest)
  }

  /// Positive definite with a margin of 1e-10 of its largest diagonal entry.
  var isPositiveDefinite: Bool {
    let floor = 1e-10 * max(h11, max(h22, h33))
    let pivots = pivots
    return pivots.0 > floor && pivots.1 > floor && pivots.2 > floor
  }

  /// The solution of Hx = b by LDL'.
  func solve(_ b: (Double, Double, Double)) -> (Double, Double, Double) {
    let d1 = h11
    let l21 = h12 / d1
    let l31 = h13 / d1
    let d2 = h22 - l21 * h12
    let rest = h23 - l21 * h13
    let l32 = rest / d2
    let d3 = h33 - l31 * h13 - l32 * rest
    let y2 = b.1 - l21 * b.0
    let y3 = b.2 - l31 * b.0 - l32 * y2
    let x3 = y3 / d3
    let x2 = y2 / d2 - l32 * x3
    return (b.0 / d1 - l21 * x2 - l31 * x3, x2, x3)
  }

  /// The same eigenvectors with every eigenvalue λ replaced by max(|λ|, floor), floor being 1e-3
  /// of the largest |λ|: Newton's direction where the criterion is not convex.
  func madePositiveDefinite() -> SymmetricMatrix3 {
    var a = [[h11, h12, h13], [h12, h22, h23], [h13, h23, h33]]
    var v = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    for _ in 0..<12 {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
        let theta = 0.5 * atan2(2 * a[p][q], a[p][p] - a[q][q])
        let c = cos(theta)
        let s = sin(theta)
        for i in 0..<3 {
          (a[i][p], a[i][q]) = (c * a[i][p] + s * a[i][q], c * a[i][q] - s * a[i][p])
          (v[i][p], v[i][q]) = (c * v[i][p] + s * v[i][q], c * v[i][q] - s * v[i][p])
        }
        for i in 0..<3 {
          (a[p][i], a[q][i]) = (c * a[p][i] + s * a[q][i], c * a[q][i] - s * a[p][i])
        }
      }
    }
    let largest = max(abs(a[0][0]), max(abs(a[1][1]), abs(a[2][2])))
    let values = (0..<3).map { max(abs(a[$0][$0]), 1e-3 * largest) }
    func entry(_ i: Int, _ j: Int) -> Double {
      (0..<3).reduce(0) { $0 + values[$1] * v[i][$1] * v[j][$1] }
    }
    return SymmetricMatrix3(
      entry(0, 0), entry(0, 1), entry(0, 2), entry(1, 1), entry(1, 2), entry(2, 2))
  }
}
