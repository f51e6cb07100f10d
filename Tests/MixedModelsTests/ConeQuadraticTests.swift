import Glibc
import Testing

@testable import MixedModels

@Suite("The quadratic over the covariance cone")
struct ConeQuadraticTests {
  /// A random positive definite Hessian and linear term.
  static func random(_ seed: Int, shape: RandomEffectShape) -> ConeQuadratic {
    var random = TestRandom(seed: UInt64(seed))
    let a = (0..<3).map { _ in (0..<3).map { _ in random.normal() } }
    func h(_ i: Int, _ j: Int) -> Double {
      (0..<3).reduce(i == j ? 0.05 : 0) { $0 + a[$1][i] * a[$1][j] }
    }
    return ConeQuadratic(
      hessian: SymmetricMatrix3(h(0, 0), h(0, 1), h(0, 2), h(1, 1), h(1, 2), h(2, 2)),
      linear: (random.normal(), random.normal(), random.normal()), shape: shape)
  }

  @Test("is minimised where the Karush–Kuhn–Tucker conditions hold", arguments: 1...300)
  func conditions(seed: Int) {
    let problem = Self.random(seed, shape: .full)
    let (m, face) = problem.minimiser()
    let hx = problem.hessian.multiply(m.a11, m.a12, m.a22)
    // The gradient as a matrix: the coordinate 12 stands for two entries.
    let g = SymmetricMatrix2(
      hx.0 - problem.linear.0, 0.5 * (hx.1 - problem.linear.1), hx.2 - problem.linear.2)
    // M ⪰ 0, G ⪰ 0 and GM = 0; the search along the boundary is exact to rounding of its angle.
    let scale = 1 + abs(m.a11) + abs(m.a22)
    #expect(m.eigenvalues.smaller > -1e-12 * scale)
    #expect(g.eigenvalues.smaller > -1e-6 * scale)
    let product = [
      g.a11 * m.a11 + g.a12 * m.a12, g.a11 * m.a12 + g.a12 * m.a22,
      g.a12 * m.a11 + g.a22 * m.a12, g.a12 * m.a12 + g.a22 * m.a22,
    ]
    for entry in product { #expect(abs(entry) < 1e-6 * scale * scale) }
    switch face {
    case .interior: #expect(m.determinant > 0)
    case .rankOne: #expect(abs(m.determinant) < 1e-12 * scale * scale && m.a11 + m.a22 > 0)
    default: #expect(m == .zero)
    }
  }

  @Test("meets every face among random problems")
  func faces() {
    for shape in [RandomEffectShape.full, .diagonal, .scalar] {
      let faces = (1...300).map { Self.random($0, shape: shape).minimiser().face }
      let expected: [ConeFace] =
        switch shape {
        case .full: [.interior, .rankOne, .zero]
        case .diagonal: [.interior, .firstZero, .secondZero, .zero]
        case .scalar: [.interior, .zero]
        }
      for face in expected { #expect(faces.contains(face), "\(shape) \(face)") }
    }
  }

  @Test("beats a grid of admissible points", arguments: [RandomEffectShape.diagonal, .full])
  func grid(shape: RandomEffectShape) {
    for seed in 1...40 {
      let problem = Self.random(seed, shape: shape)
      let best = problem.value(at: problem.minimiser().point)
      for i in 0...12 {
        for j in 0...12 {
          for c in shape == .full ? [-1.0, -0.5, 0, 0.5, 1] : [0] {
            let (x, y) = (Double(i) / 4, Double(j) / 4)
            let m = SymmetricMatrix2(x, c * (x * y).squareRoot(), y)
            #expect(problem.value(at: m) >= best - 1e-12)
          }
        }
      }
    }
  }
}
