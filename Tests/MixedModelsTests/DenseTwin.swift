import Glibc

@testable import MixedModels

/// The textbook model with full n × n covariance matrices: slow, obviously right, and sharing no
/// code with the product.
struct DenseTwin {
  /// Fixed and genotype columns in the user's units, n rows.
  var x: [[Double]]
  /// Random-effect columns, n rows.
  var z: [[Double]]
  var y: [Double]
  var donor: [Int]

  /// Minus twice the log-likelihood (or restricted one), variance parameters relative to σ² and σ²
  /// profiled out; `relative` is D/σ², q × q.
  func deviance(relative d: [[Double]], reml: Bool) -> Double {
    let fit = solve(relative: d)
    let n = Double(y.count)
    let p = Double(x[0].count)
    let nu = reml ? n - p : n
    let value = fit.logDetV + nu * log(fit.rss / nu) + nu * (1 + log(2 * Double.pi))
    return reml ? value + fit.logDetXVX : value
  }

  /// Generalised least squares at given relative covariance.
  func solve(
    relative d: [[Double]]
  ) -> (
    beta: [Double], inverse: [[Double]], rss: Double, logDetV: Double, logDetXVX: Double
  ) {
    let n = y.count
    var v = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for i in 0..<n {
      for j in 0..<n where donor[i] == donor[j] {
        for a in d.indices { for b in d.indices { v[i][j] += z[i][a] * d[a][b] * z[j][b] } }
      }
      v[i][i] += 1
    }
    let (vInverse, logDetV) = invert(v)
    let p = x[0].count
    var xvx = [[Double]](repeating: [Double](repeating: 0, count: p), count: p)
    var xvy = [Double](repeating: 0, count: p)
    for a in 0..<p {
      var xv = [Double](repeating: 0, count: n)
      for i in 0..<n { for j in 0..<n { xv[j] += x[i][a] * vInverse[i][j] } }
      for b in 0..<p { for j in 0..<n { xvx[a][b] += xv[j] * x[j][b] } }
      for j in 0..<n { xvy[a] += xv[j] * y[j] }
    }
    let (inverse, logDetXVX) = invert(xvx)
    let beta = inverse.map { row in zip(row, xvy).reduce(0) { $0 + $1.0 * $1.1 } }
    let residual = (0..<n).map { i in y[i] - zip(x[i], beta).reduce(0) { $0 + $1.0 * $1.1 } }
    var rss = 0.0
    for i in 0..<n { for j in 0..<n { rss += residual[i] * vInverse[i][j] * residual[j] } }
    return (beta, inverse, rss, logDetV, logDetXVX)
  }

  /// Inverse and log determinant of a positive definite matrix, by Gauss–Jordan elimination.
  func invert(_ matrix: [[Double]]) -> ([[Double]], Double) {
    let n = matrix.count
    var a = matrix
    var inverse = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
    var logDet = 0.0
    for k in 0..<n {
      let pivot = a[k][k]
      logDet += log(pivot)
      for j in 0..<n {
        a[k][j] /= pivot
        inverse[k][j] /= pivot
      }
      for i in 0..<n where i != k && a[i][k] != 0 {
        let factor = a[i][k]
        for j in 0..<n {
          a[i][j] -= factor * a[k][j]
          inverse[i][j] -= factor * inverse[k][j]
        }
      }
    }
    return (inverse, logDet)
  }
}

/// A small seeded generator for test data (splitmix64).
struct TestRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}
