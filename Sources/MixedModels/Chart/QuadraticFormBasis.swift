import LinearAlgebra

/// A few points M₁ … M_r such that X'P_C X of any variant at any M is a fixed combination of its
/// values there.
///
/// Q(M; g) = X'P_C X depends on the variant and on M, not on the gene, and as a function of M its
/// numerical rank is low. The points are chosen by pivoted elimination from candidates all over the
/// domain, on training variants; the weights c(M) with Q(M; g) ≈ Σ c_j(M) Q(M_j; g) come from the
/// training variants' forms by least squares.
package struct QuadraticFormBasis: Sendable {
  /// The points.
  package let points: [SymmetricMatrix2]
  private let training: TrainingForms
  /// The forms of all training variants, of which weights need only some.
  let all: TrainingForms
  /// r × (training count · 3): weights from training forms.
  private let solver: Matrix
  /// Training forms at the points: r × (training count · 3).
  private let formsAtPoints: Matrix
  /// Scale of every training form: training count · 3.
  private let scale: [Double]

  /// Largest eigenvalue of the candidates: random effects of 100 times the residual variance per
  /// donor.
  private static let largestEigenvalue = 0.99
  /// Relative size of what the basis leaves.
  private static let tolerance = 8e-6
  static let trainingCount = 72
  private static let candidateCount = 600

  /// - Precondition: two genotype columns.
  package init(design: DesignCrossProducts) {
    let variants = TrainingVariants(donors: design.donorCount, count: Self.trainingCount)
    let all = TrainingForms(design: design, variants: variants)
    let candidates = Self.candidates(design.shape)
    var columns: [[Double]] = []
    var kept: [SymmetricMatrix2] = []
    for start in stride(from: 0, to: candidates.count, by: 50) {
      let some = Array(candidates[start..<min(start + 50, candidates.count)])
      guard let points = DesignPoints(design.fixedPart, points: some) else { continue }
      let forms = all.forms(at: points)
      let width = all.count * 3
      for (index, point) in some.enumerated() {
        columns.append(Array(forms[(index * width)..<((index + 1) * width)]))
        kept.append(point)
      }
    }
    let scale = Self.scale(columns)
    for index in columns.indices {
      // 1 − the larger eigenvalue is the size of the form: errors are to be relative to it.
      let weight = 1 / (1 - kept[index].eigenvalues.larger)
      Self.apply(scale, to: &columns[index], weight: weight)
    }
    let pivots = Self.select(columns)
    points = pivots.map { kept[$0] }
    // 1.4 training forms a point: twice as many gave the same accuracy.
    let count = min(all.count, (7 * pivots.count + 14) / 15)
    training = all.prefix(count)
    self.all = all
    let scales = (0..<count).flatMap { _ in [scale.0, scale.1, scale.2] }
    self.scale = scales
    // The least-squares problem per point's own weight: Σ_j c_j (column_j / weight_j) = column.
    let rows = count * 3
    let scaled = Matrix(
      rows: rows,
      columns: pivots.map { pivot in
        let unweighted = 1 - kept[pivot].eigenvalues.larger
        return columns[pivot].prefix(rows).map { $0 * unweighted }
      })
    var solver = pseudoinverse(scaled)
    var forms = scaled.transposed
    for row in 0..<forms.rows {
      for j in 0..<rows {
        solver[row, j] *= scales[j]
        forms[row, j] /= scales[j]
      }
    }
    self.solver = solver
    formsAtPoints = forms
  }

  /// The weights c at the points of `nodes`: nodes × r; with the forms of training variants there and the
  /// largest relative error that the weights leave on them.
  func weights(at nodes: DesignPoints) -> (weights: Matrix, forms: Matrix, error: Double) {
    let forms = training.matrix(at: nodes)
    let width = scale.count
    let count = nodes.points.count
    var weights = Matrix(rows: count, columns: points.count)
    multiplyByTransposed(
      forms.elements, solver.elements, into: &weights.elements, rows: count, inner: width,
      columns: points.count)
    let left = weights * formsAtPoints
    var error = 0.0
    for (row, point) in nodes.points.enumerated() {
      var largest = 0.0
      for j in 0..<width {
        let at = row &* width &+ j
        largest = max(largest, abs(forms.elements[at] - left.elements[at]) * scale[j])
      }
      error = max(error, largest / (1 - point.eigenvalues.larger))
    }
    return (weights, forms, error)
  }

  // MARK: Candidates

  /// Points that fill the domain evenly (additive recurrences), its boundary and its far end
  /// included.
  private static func candidates(_ shape: RandomEffectShape) -> [SymmetricMatrix2] {
    (0..<candidateCount).map { index in
      func spread(_ ratio: Double) -> Double {
        let value = Double(index + 1) * ratio
        return value - value.rounded(.down)
      }
      // The plastic numbers of three dimensions.
      var first = eigenvalue(spread(0.819_172_513_396_164_4))
      var second = eigenvalue(spread(0.671_043_606_703_789_2))
      if index % 5 == 0 { second = 0 }
      if index % 7 == 0 { first = largestEigenvalue }
      let angle = 2 * Double.pi * spread(0.549_700_477_901_970_3)
      switch shape {
      case .scalar: return SymmetricMatrix2(first, 0, 0)
      case .diagonal:
        return index % 2 == 0
          ? SymmetricMatrix2(first, 0, second) : SymmetricMatrix2(second, 0, first)
      case .full:
        let mean = 0.5 * (first + second)
        let half = 0.5 * (first - second)
        return SymmetricMatrix2(
          mean + half * Double.cosine(angle), half * Double.sine(angle),
          mean - half * Double.cosine(angle))
      }
    }
  }

  /// Denser towards 1, where the form changes fastest.
  private static func eigenvalue(_ u: Double) -> Double {
    largestEigenvalue * (1 - (1 - u) * (1 - 0.5 * u))
  }

  private static func scale(_ columns: [[Double]]) -> (Double, Double, Double) {
    var sums = (0.0, 0.0)
    for column in columns {
      for at in stride(from: 0, to: column.count, by: 3) {
        sums.0 += column[at] * column[at]
        sums.1 += column[at + 2] * column[at + 2]
      }
    }
    let count = Double(columns.count * (columns.first?.count ?? 3)) / 3
    let first = (count / sums.0).squareRoot()
    let second = (count / sums.1).squareRoot()
    return (first, (first * second).squareRoot(), second)
  }

  private static func apply(
    _ scale: (Double, Double, Double), to column: inout [Double], weight: Double
  ) {
    for at in stride(from: 0, to: column.count, by: 3) {
      column[at] *= scale.0 * weight
      column[at + 1] *= scale.1 * weight
      column[at + 2] *= scale.2 * weight
    }
  }

  /// Indices of the columns that span all others to `tolerance` (modified Gram–Schmidt with
  /// pivoting, every column orthogonalised twice).
  private static func select(_ columns: [[Double]]) -> [Int] {
    var residual = columns
    var chosen: [Int] = []
    var directions: [[Double]] = []
    let limit = tolerance * Double(columns.first?.count ?? 1).squareRoot()
    var lengths = residual.map(length)
    while chosen.count < columns.count {
      guard let pivot = lengths.indices.max(by: { lengths[$0] < lengths[$1] }),
        lengths[pivot] > limit
      else { break }
      var direction = residual[pivot]
      for other in directions { remove(other, from: &direction) }
      let size = length(direction)
      for i in direction.indices { direction[i] /= size }
      chosen.append(pivot)
      directions.append(direction)
      for index in residual.indices {
        remove(direction, from: &residual[index])
        lengths[index] = chosen.contains(index) ? 0 : length(residual[index])
      }
    }
    return chosen
  }

  private static func length(_ column: [Double]) -> Double {
    column.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private static func remove(_ direction: [Double], from column: inout [Double]) {
    var along = 0.0
    for i in direction.indices { along += direction[i] * column[i] }
    for i in direction.indices { column[i] -= along * direction[i] }
  }
}
