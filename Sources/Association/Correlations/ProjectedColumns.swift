import LinearAlgebra
import MixedModels

/// One effect's columns of many variants, each projected off the covariates and its variant's other
/// columns in the metric of a gene's V⁻¹.
///
/// By Frisch, Waugh and Lovell, the generalised least-squares estimate of the effect of variant j
/// at a given V is x_j'V^{-1/2}y / |x_j|², with x_j = M_j V^{-1/2}(g_j ∘ b), b the model's column
/// (time, for genotype × time) and M_j the projection off V^{-1/2}[X, g_j ∘ others]. Its z is
/// x_j'V^{-1/2}y / (σ|x_j|), so that x_j'x_k / (|x_j||x_k|) is the correlation of two variants' z
/// when neither has an effect.
struct ProjectedColumns {
  /// By row of the whitened samples and variant, of length 1; 0 where the variant is collinear.
  private let unit: Matrix
  /// Whether less than 1e-10 of a column's square is left.
  let isCollinear: [Bool]

  /// Nil where the covariates are linearly dependent in that metric.
  ///
  /// - Parameters:
  ///   - column: of those that genotype multiplies, the effect's.
  ///   - dosages: donors × variants, column-major, donors in `donorOrder`, none missing.
  /// - Complexity: O(n · variants · (p + largest cluster)).
  init?(
    _ matrices: ModelMatrices, column: Int, covariance: MarginalCovariance, dosages: [Double],
    donorOrder: [Int]
  ) {
    guard let fixed = try? OrthonormalBasis(covariance.whitened(matrices.fixed)) else { return nil }
    let products = DosageProducts(matrices, dosages: dosages, donorOrder: donorOrder)
    /// What covariates leave of a column's products, and the squares before.
    func projected(_ column: Int) -> (columns: Matrix, whole: [Double]) {
      var columns = covariance.whitened(products.columns(column))
      let whole = Self.squares(columns)
      columns.removeProjection(on: fixed.q)
      return (columns, whole)
    }
    var removed: [(columns: Matrix, squares: [Double])] = []
    for other in 0..<matrices.genotype.columns where other != column {
      var (nuisance, whole) = projected(other)
      for earlier in removed { Self.remove(earlier, from: &nuisance) }
      // What is explained already is not taken out again.
      let squares = zip(Self.squares(nuisance), whole).map { $0 > 1e-10 * $1 ? $0 : 0 }
      removed.append((nuisance, squares))
    }
    var (tested, whole) = projected(column)
    for other in removed { Self.remove(other, from: &tested) }
    let squares = Self.squares(tested)
    isCollinear = zip(squares, whole).map { !($0 > 1e-10 * $1) }
    let scales = zip(squares, isCollinear).map { $1 ? 0 : 1 / $0.squareRoot() }
    for row in 0..<tested.rows {
      for j in scales.indices { tested.elements[row &* scales.count &+ j] *= scales[j] }
    }
    unit = tested
  }

  /// The correlations of the variants' z: symmetric, 1 on the diagonal; NaN where a variant is
  /// collinear.
  ///
  /// - Complexity: O(n · variants²).
  var correlations: Matrix {
    var r = unit.gram
    for j in 0..<r.rows { r[j, j] = 1 }
    for j in 0..<r.rows where isCollinear[j] {
      for k in 0..<r.rows {
        r[j, k] = .nan
        r[k, j] = .nan
      }
    }
    return r
  }

  /// The squared length of every column.
  private static func squares(_ matrix: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: matrix.columns)
    for row in 0..<matrix.rows {
      for j in sums.indices {
        let value = matrix.elements[row &* sums.count &+ j]
        sums[j] += value * value
      }
    }
    return sums
  }

  /// Takes the part of every column along the same column of another matrix out.
  private static func remove(
    _ other: (columns: Matrix, squares: [Double]), from matrix: inout Matrix
  ) {
    let count = matrix.columns
    var shares = [Double](repeating: 0, count: count)
    for row in 0..<matrix.rows {
      for j in 0..<count {
        let place = row &* count &+ j
        shares[j] += other.columns.elements[place] * matrix.elements[place]
      }
    }
    for j in 0..<count { shares[j] = other.squares[j] > 0 ? shares[j] / other.squares[j] : 0 }
    for row in 0..<matrix.rows {
      for j in 0..<count {
        let place = row &* count &+ j
        matrix.elements[place] -= shares[j] * other.columns.elements[place]
      }
    }
  }
}

/// Dosages times a column of the model.
private struct DosageProducts {
  private let matrices: ModelMatrices
  private let dosages: [Double]
  private let donorCount: Int
  /// The place of every sample's donor among the dosages.
  private let places: [Int]

  init(_ matrices: ModelMatrices, dosages: [Double], donorOrder: [Int]) {
    self.matrices = matrices
    self.dosages = dosages
    donorCount = donorOrder.count
    let placeOfDonor = Dictionary(uniqueKeysWithValues: donorOrder.enumerated().map { ($1, $0) })
    places = matrices.donorOfSample.map { placeOfDonor[$0, default: 0] }
  }

  /// Samples × variants.
  func columns(_ column: Int) -> Matrix {
    let count = donorCount == 0 ? 0 : dosages.count / donorCount
    var products = Matrix(rows: places.count, columns: count)
    for (sample, place) in places.enumerated() {
      let factor = matrices.genotype[sample, column]
      for j in 0..<count {
        products.elements[sample &* count &+ j] = factor * dosages[j &* donorCount &+ place]
      }
    }
    return products
  }
}
