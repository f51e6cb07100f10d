import LinearAlgebra

/// How many donors a model leaves to tell what differs between donors.
///
/// Donors whose intercepts and slopes differ are to the test of genotype × time what single values
/// are to a t test. A fixed column that is constant within donors takes away one of their intercepts,
/// and one that is a slope of every donor (a donor-level covariate × time, or time itself) one of
/// their slopes; so do genotype and genotype × time. However many samples there are, they do not
/// make up for it.
///
/// Columns are judged by what they hold, not by their names. With W_i the random and the tested
/// columns in the rows of donor i, and 1, a combination Cγ belongs to the donors where it lies in the
/// span of W_i for every i: γ'(I − Q'P_W Q)γ = 0 for orthonormal Q. Those constant within donors form
/// the space of intercepts; the others, modulo these, that of slopes. With two visits a donor every
/// column lies there: each takes up one of the donors' differences.
package struct DonorFreedom: Sendable, Equatable {
  /// One of the two spaces.
  package struct Space: Sendable, Equatable {
    /// Dimensions that the donors have: for intercepts one each, for slopes one for each direction
    /// that a donor's visits tell apart.
    package var dimensions: Int
    /// Directions of a donor: 1, or the columns of a time basis.
    package var directions = 1
    /// Dimensions that the model takes up, those of genotype included.
    package var columns: Int
    /// Columns as given that lie in the space.
    package var names: [String]

    /// Whether it holds more than the mean or time, and genotype or genotype × time.
    package var hasCovariates: Bool { columns > 2 * directions }
    /// Donors that have a part in it.
    package var donors: Int { dimensions / directions }
    /// Donors that are left; negative where the model takes up more than there is.
    package var left: Int { (dimensions - columns) / directions }
  }

  package let intercepts: Space
  package let slopes: Space

  /// Models that leave fewer donors are refused: the number from which variances between donors can
  /// be told at all. The standard error of an SD of d degrees of freedom is 1/√(2d) of it: 32 %.
  package static let minimum = IdentifiabilityCheck.minimumDonors
  /// Models that leave fewer draw a warning: 22 % of an SD.
  package static let comfortable = 10

  /// - Precondition: the fixed columns are linearly independent.
  /// - Complexity: O(n p (p + q) + p³).
  package init(_ matrices: ModelMatrices) {
    let bases = Self.bases(matrices)
    let fixed = Self.columns(
      (try? OrthonormalBasis(matrices.fixed))?.q ?? matrices.fixed, bases: bases)
    let genotype = Self.columns(
      (try? OrthonormalBasis(matrices.genotype))?.q ?? matrices.genotype, bases: bases)
    let names = Self.names(matrices.fixed, matrices.fixedNames, bases: bases)
    let genotypeNames = Self.names(matrices.genotype, matrices.genotypeNames, bases: bases)
    intercepts = Space(
      dimensions: bases.count, columns: fixed.constant + genotype.constant,
      names: names.constant + genotypeNames.constant)
    slopes = Space(
      dimensions: bases.reduce(0) { $0 + $1.vectors.count - 1 },
      directions: max(1, bases.map { $0.vectors.count - 1 }.max() ?? 1),
      columns: fixed.all - fixed.constant + genotype.all - genotype.constant,
      names: names.varying + genotypeNames.varying)
  }

  /// Orthonormal vectors of one donor's rows, the constant first.
  private struct Basis {
    var rows: [Int]
    var vectors: [[Double]]
  }

  private static func bases(_ matrices: ModelMatrices) -> [Basis] {
    let given =
      matrices.testedColumns.map { matrices.genotype.column($0) }
      + (0..<matrices.random.columns).map { matrices.random.column($0) }
    let donors = Dictionary(grouping: matrices.donorOfSample.indices) { matrices.donorOfSample[$0] }
    return donors.sorted { $0.key < $1.key }.map { _, rows in
      let one = 1 / Double(rows.count).squareRoot()
      var basis = Basis(rows: rows, vectors: [[Double](repeating: one, count: rows.count)])
      for column in given {
        let values = rows.map { column[$0] }
        let length = Self.length(values)
        var rest = values
        // Twice: the second pass removes what rounding left of the first.
        for _ in 0..<2 { for vector in basis.vectors { subtract(vector, from: &rest) } }
        let left = Self.length(rest)
        if left > 1e-7 * length { basis.vectors.append(rest.map { $0 / left }) }
      }
      return basis
    }
  }

  /// Dimensions of the combinations of orthonormal columns that are constant within donors, and of
  /// all that belong to the donors.
  private static func columns(_ q: Matrix, bases: [Basis]) -> (constant: Int, all: Int) {
    var remainder = Matrix.identity(q.columns)
    func take(_ vectors: ArraySlice<[Double]>, _ basis: Basis) {
      for vector in vectors {
        let products = products(of: q, with: vector, in: basis)
        for i in products.indices {
          for j in products.indices { remainder[i, j] -= products[i] * products[j] }
        }
      }
    }
    for basis in bases { take(basis.vectors.prefix(1), basis) }
    let constant = q.columns - rank(ofSemidefinite: remainder)
    for basis in bases { take(basis.vectors.dropFirst(), basis) }
    return (constant, q.columns - rank(ofSemidefinite: remainder))
  }

  /// Names of the columns that are constant within donors, and of the others that belong to them.
  private static func names(
    _ matrix: Matrix, _ names: [String], bases: [Basis]
  ) -> (constant: [String], varying: [String]) {
    var constant = [Double](repeating: 0, count: matrix.columns)
    var all = constant
    for basis in bases {
      for (place, vector) in basis.vectors.enumerated() {
        let products = products(of: matrix, with: vector, in: basis)
        for j in products.indices {
          if place == 0 { constant[j] += products[j] * products[j] }
          all[j] += products[j] * products[j]
        }
      }
    }
    var found: (constant: [String], varying: [String]) = ([], [])
    for j in 0..<matrix.columns {
      let squares = matrix.column(j).reduce(0) { $0 + $1 * $1 }
      if squares - constant[j] <= 1e-10 * squares {
        found.constant.append(names[j])
      } else if squares - all[j] <= 1e-10 * squares {
        found.varying.append(names[j])
      }
    }
    return found
  }

  private static func products(
    of matrix: Matrix, with vector: [Double], in basis: Basis
  ) -> [Double] {
    var products = [Double](repeating: 0, count: matrix.columns)
    for (place, row) in basis.rows.enumerated() {
      for j in products.indices { products[j] += vector[place] * matrix[row, j] }
    }
    return products
  }

  private static func subtract(_ vector: [Double], from values: inout [Double]) {
    let product = zip(vector, values).reduce(0) { $0 + $1.0 * $1.1 }
    for i in values.indices { values[i] -= product * vector[i] }
  }

  private static func length(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
