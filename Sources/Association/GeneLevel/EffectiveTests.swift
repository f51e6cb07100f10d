import LinearAlgebra
import MixedModels

/// How many independent tests a gene's variants amount to, by eigenMT (Davis et al. 2016,
/// doi:10.1016/j.ajhg.2015.11.021).
///
/// In windows of 200 variants the correlation matrix of dosages is shrunk (Ledoit & Wolf 2004,
/// doi:10.1016/S0047-259X(03)00096-4); the count is that of the largest eigenvalues that make up 99 %
/// of the variance, summed over windows. Dosages are first residualised on the covariates of donors:
/// what the model takes out of every variant does not correlate tests.
struct EffectiveTests {
  /// Variants of a window, and the share of variance to be explained, as eigenMT has them.
  static let windowSize = 200
  static let explained = 0.99

  private let donorCount: Int
  /// Orthonormal columns over donors in the design's order: the covariates that are constant within
  /// donors, the intercept among them.
  private let covariates: [[Double]]

  init(design: DesignCrossProducts) {
    donorCount = design.donorCount
    covariates = Self.donorColumns(design)
  }

  private static func donorColumns(_ design: DesignCrossProducts) -> [[Double]] {
    let fixed = design.matrices.fixed
    var basis: [[Double]] = []
    for j in 0..<fixed.columns {
      let isConstant = design.donorRows.allSatisfy { rows in
        rows.allSatisfy { fixed[$0, j] == fixed[rows.lowerBound, j] }
      }
      guard isConstant else { continue }
      let column = design.donorRows.map { fixed[$0.lowerBound, j] }
      let size = norm(column)
      let rest = residual(residual(column, on: basis), on: basis)
      let left = norm(rest)
      guard left > 1e-9 * size else { continue }
      basis.append(rest.map { $0 / left })
    }
    return basis
  }

  /// The effective number of tests of variants in their order; 0 without any.
  ///
  /// A variant that the covariates explain counts for nothing.
  /// - Parameter dosages: donors × variants, column-major.
  func count(dosages: UnsafeBufferPointer<Double>, of columns: [Int]) -> Int {
    var count = 0
    for start in stride(from: 0, to: columns.count, by: Self.windowSize) {
      let window = columns[start..<min(start + Self.windowSize, columns.count)]
      count += self.count(
        window.compactMap { column in
          // Safe: a column has one number per donor.
          standardised(
            Array(
              UnsafeBufferPointer(
                rebasing: dosages[(column * donorCount)..<((column + 1) * donorCount)])))
        })
    }
    return count
  }

  /// Of one window, from standardised columns.
  private func count(_ columns: [[Double]]) -> Int {
    let p = columns.count
    guard p > 1 else { return p }
    let x = Matrix(rows: donorCount, columns: columns)
    // The products over donors and those over variants have the same eigenvalues but for zeros.
    let isWide = p > donorCount
    let scale = 1 / Double(freedom)
    var gram = isWide ? x * x.transposed : x.transposed * x
    for index in gram.elements.indices { gram.elements[index] *= scale }
    let eigenvalues = symmetricEigenvalues(gram)
    guard !eigenvalues.isEmpty else { return p }
    let shrinkage = self.shrinkage(columns, eigenvalues: eigenvalues)
    let shrunk =
      (eigenvalues.reversed().map { max(0, $0) }
      + [Double](repeating: 0, count: max(0, p - eigenvalues.count)))
      .prefix(p).map { (1 - shrinkage) * $0 + shrinkage }
    return Self.leadingCount(shrunk)
  }

  /// The least number of the largest values that add up to 99 % of all.
  ///
  /// - Parameter values: descending, none negative.
  static func leadingCount(_ values: [Double]) -> Int {
    let wanted = explained * values.reduce(0, +)
    var sum = 0.0
    for (index, value) in values.enumerated() {
      sum += value
      if sum >= wanted { return index + 1 }
    }
    return values.count
  }

  /// Ledoit and Wolf's weight of the identity for a correlation matrix with these eigenvalues.
  ///
  /// With S = X'X/n of unit diagonal, d² = ‖S − I‖²/p and b² = (Σ x⁴-terms/n − ‖S‖²)/(n p); the weight
  /// is min(b², d²)/d².
  private func shrinkage(_ columns: [[Double]], eigenvalues: [Double]) -> Double {
    let p = Double(columns.count)
    let n = Double(freedom)
    let squares = eigenvalues.reduce(0) { $0 + $1 * $1 }
    // Σ over donors of (Σ over variants of x²)²: the sum of X²'X² over all pairs of variants.
    var fourth = 0.0
    for donor in 0..<donorCount {
      var sum = 0.0
      for column in columns { sum += column[donor] * column[donor] }
      fourth += sum * sum
    }
    let distance = (squares - p) / p
    guard distance > 0 else { return 1 }
    let noise = (fourth / n - squares) / (n * p)
    return min(1, max(0, noise / distance))
  }

  /// Donors beside those that the covariates use up.
  private var freedom: Int { max(1, donorCount - covariates.count) }

  /// A column without what the covariates explain, its mean square 1; nil where nothing is left.
  private func standardised(_ column: [Double]) -> [Double]? {
    let rest = Self.residual(column, on: covariates)
    let size = Self.norm(rest)
    guard size > 1e-6 * Self.norm(column) else { return nil }
    let scale = Double(freedom).squareRoot() / size
    return rest.map { $0 * scale }
  }

  private static func residual(_ column: [Double], on basis: [[Double]]) -> [Double] {
    var rest = column
    for direction in basis {
      var product = 0.0
      for i in rest.indices { product += direction[i] * rest[i] }
      for i in rest.indices { rest[i] -= product * direction[i] }
    }
    return rest
  }

  private static func norm(_ column: [Double]) -> Double {
    column.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
