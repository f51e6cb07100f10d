import Glibc
import LinearAlgebra

/// The criterion's derivatives by the ordered entries of all D̃ and by φ.
struct StructuredDerivatives {
  /// df/dD̃_j[a, b] in the order of the parameters, then df/dφ.
  var gradient: [Double]
  var hessian: Matrix
}

extension StructuredCriterion {
  /// The derivatives at the point last evaluated.
  ///
  /// With S = Z⁺'PZ⁺ = H − UU' (H = Z⁺'V⁻¹Z⁺, block diagonal; U = Z⁺'V⁻¹X L_x⁻ᵀ) and
  /// e = Z⁺'Py: df = tr(S dG) − ν e'dG e / y'Py, and
  /// d²f = −tr(S dG S dG') + ν (2 e'dG S dG'e / y'Py − (e'dG e)(e'dG'e) / (y'Py)²); for ML H takes
  /// the place of S in the traces.
  ///
  /// - Complexity: O(Σ m⁺² (m + P)).
  func derivatives() -> StructuredDerivatives {
    prepareForms()
    let sums = TraceSums(criterion: self, members: members, wantsSecond: true)
    let nu = degreesOfFreedom
    let rss = residualSquares
    let count = parameters.count
    var gradient = [Double](repeating: 0, count: count)
    var hessian = Matrix(rows: count, columns: count)
    for d in 0..<count {
      gradient[d] = sums.traces[d] - nu * sums.squares[d] / rss
      for other in 0..<count {
        hessian[d, other] =
          -sums.products[d, other]
          + nu
          * (2 * sums.crossSquares[d, other] / rss
            - sums.squares[d] * sums.squares[other] / (rss * rss))
      }
    }
    if design.serial != nil {
      addSerialSecond(sums, to: &hessian)
      return StructuredDerivatives(gradient: gradient, hessian: hessian)
    }
    // R is exponential in φ: its second derivative along k, l is R w_k w_l.
    for k in 0..<parameters.residualCount {
      for l in 0..<parameters.residualCount {
        hessian[parameters.covarianceCount + k, parameters.covarianceCount + l] +=
          sums.residualSecond(k, l) { trace, square in trace - nu * square / rss }
      }
    }
    return StructuredDerivatives(gradient: gradient, hessian: hessian)
  }

  /// H = Z⁺'V⁻¹Z⁺ of a cluster at the point last evaluated, m⁺ × m⁺.
  func precision(_ layout: Layout) -> Matrix {
    let size = layout.outer
    var h = Matrix(
      rows: size, columns: size,
      elements: Array(UnsafeBufferPointer(start: layout.gram, count: size * size)))
    h.elements.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: the blocks have the sizes that `Layout` documents.
      BlockProducts.addTransposed(
        layout.solved, size, layout.solved, size, into: base, size, rows: size,
        inner: layout.inner, columns: size, factor: -1)
    }
    return h
  }

  /// Memory that lives as long as its owner.
  final class Scratch {
    let base: UnsafeMutablePointer<Double>

    init(capacity: Int) { base = .allocate(capacity: max(1, capacity)) }
    deinit { base.deallocate() }
  }
}
