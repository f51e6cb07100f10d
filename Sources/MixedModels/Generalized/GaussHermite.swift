import Glibc
import LinearAlgebra

/// Nodes and weights of Gauss–Hermite quadrature: ∫ exp(−x²) f(x) dx = Σ w f(x), exact for polynomials
/// of degree below twice the number of nodes (Golub & Welsch 1969: eigenvalues of the Jacobi
/// matrix).
struct GaussHermite: Sendable {
  let nodes: [Double]
  /// log w.
  let logWeights: [Double]

  /// - Precondition: one node or more.
  init?(count: Int) {
    precondition(count > 0, "\(count) nodes")
    var jacobi = Matrix(rows: count, columns: count)
    for k in 1..<max(1, count) {
      jacobi[k, k - 1] = (Double(k) / 2).squareRoot()
      jacobi[k - 1, k] = jacobi[k, k - 1]
    }
    guard let system = symmetricEigensystem(jacobi) else { return nil }
    nodes = system.values
    logWeights = (0..<count).map { 0.5 * log(Double.pi) + 2 * log(abs(system.vectors[0, $0])) }
  }
}
