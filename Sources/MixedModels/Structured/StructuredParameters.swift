import LinearAlgebra

/// Where the variance parameters of a structured model stand in the vector the optimiser moves:
/// the entries of a square T_j for every term, D̃_j = T_j T_j' its covariance relative to σ², and
/// the residual's φ, a serial correlation's τ last.
///
/// T is sign-free and not triangular: no bound makes false optima, and every covariance matrix,
/// singular ones included, has directions to all sides. What it has too many of are rotations
/// T → TQ, which change nothing; `gauge` lists them.
struct StructuredParameters: Sendable {
  /// q of every term.
  let sizes: [Int]
  let offsets: [Int]
  let residualCount: Int
  private let serial: SerialCorrelation?

  /// - Parameter extra: parameters behind those of the design that have no bounds either.
  init(design: StructuredDesign, extra: Int = 0) {
    sizes = design.terms.map(\.columns.columns)
    var offsets: [Int] = []
    var next = 0
    for q in sizes {
      offsets.append(next)
      next += q * q
    }
    self.offsets = offsets
    residualCount = design.residual.parameterCount + extra
    serial = design.residual.serial
    covarianceCount = next
  }

  /// Entries of all T, which is also the number of ordered entries of all D̃.
  let covarianceCount: Int
  var count: Int { covarianceCount + residualCount }

  func factor(_ term: Int, of x: [Double]) -> Matrix {
    let q = sizes[term]
    var t = Matrix(rows: q, columns: q)
    t.elements = Array(x[offsets[term]..<(offsets[term] + q * q)])
    return t
  }

  func setFactor(_ t: Matrix, _ term: Int, of x: inout [Double]) {
    x.replaceSubrange(offsets[term]..<(offsets[term] + t.elements.count), with: t.elements)
  }

  /// D̃ of a term.
  func covariance(_ term: Int, of x: [Double]) -> Matrix {
    let t = factor(term, of: x)
    return t * t.transposed
  }

  /// T = τI for every term, φ = 0.
  func start(scale: Double) -> [Double] {
    var x = [Double](repeating: 0, count: count)
    for (term, q) in sizes.enumerated() {
      for a in 0..<q { x[offsets[term] + a * q + a] = scale }
    }
    return x
  }

  /// Starts of a search: six scales of the random part; serial correlations with all, each a list.
  var starts: [[[Double]]] {
    let scales = [0.1, 0.5, 1.5, 5, 20, 100].map { start(scale: $0) }
    guard let serial else { return [scales] }
    return serial.starts.map { tau in
      scales.map { Array($0.dropLast()) + [tau] }
    }
  }

  /// Whether the serial correlation lies at its bound 0.
  func isSerialBoundary(_ x: [Double]) -> Bool {
    guard let serial, let tau = x.last else { return false }
    return serial.isBoundary(tau)
  }

  /// The Jacobian of D̃'s ordered entries (and φ) by the parameters: dD̃ = dT T' + T dT'.
  func jacobian(at x: [Double]) -> Matrix {
    var jacobian = Matrix(rows: count, columns: count)
    for (term, q) in sizes.enumerated() {
      let start = offsets[term]
      for r in 0..<q {
        for s in 0..<q {
          for b in 0..<q {
            let value = x[start + b * q + s]
            jacobian[start + r * q + b, start + r * q + s] += value
            jacobian[start + b * q + r, start + r * q + s] += value
          }
        }
      }
    }
    for k in covarianceCount..<count { jacobian[k, k] = 1 }
    return jacobian
  }

  /// Directions T K with skew K, along which D̃ stays the same, of length 1; zero vectors are left
  /// out.
  func gauge(at x: [Double]) -> [[Double]] {
    rotations(of: x).compactMap { direction in
      let length = direction.reduce(0) { $0 + $1 * $1 }
      return length > 0 ? direction.map { $0 / length.squareRoot() } : nil
    }
  }

  /// T K of every term and every skew K of one pair of columns, T in the places of `x`.
  func rotations(of x: [Double]) -> [[Double]] {
    var directions: [[Double]] = []
    for (term, q) in sizes.enumerated() {
      let start = offsets[term]
      for s in 0..<q {
        for t in 0..<s {
          var direction = [Double](repeating: 0, count: count)
          for r in 0..<q {
            direction[start + r * q + t] = x[start + r * q + s]
            direction[start + r * q + s] = -x[start + r * q + t]
          }
          directions.append(direction)
        }
      }
    }
    return directions
  }
}
