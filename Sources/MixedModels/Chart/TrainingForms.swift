import LinearAlgebra

/// X'P_C X of training variants at any point M.
struct TrainingForms {
  private let design: DesignCrossProducts
  let count: Int
  /// X'C of every variant: (count·k) × p.
  private let plain: [Double]
  /// Pattern terms of X'WC: K·E × (count·k·p).
  private let terms: [Double]
  /// X'X: count × 3 (11, 12, 22).
  private let plainSquares: [Double]
  /// Pattern terms of X'WX: K·E × (count·3).
  private let squareTerms: [Double]

  /// - Precondition: two genotype columns.
  init(design: DesignCrossProducts, variants: TrainingVariants) {
    precondition(design.genotypeCount == 2, "\(design.genotypeCount) genotype columns")
    self.design = design
    count = variants.count
    let p = design.fixedCount
    let entries = design.entries
    let width = 2 * p
    let rows = design.statisticRows
    let g = variants.values
    var plain = [Double](repeating: 0, count: g.columns * width)
    var terms = [Double](repeating: 0, count: rows * g.columns * width)
    var plainSquares = [Double](repeating: 0, count: g.columns * 3)
    var squareTerms = [Double](repeating: 0, count: rows * g.columns * 3)
    for (index, pattern) in design.patterns.enumerated() {
      for donor in pattern.donors {
        for variant in 0..<g.columns {
          let value = g[donor, variant]
          guard value != 0 else { continue }
          for j in 0..<width {
            plain[variant * width + j] += value * design.genotypeByFixed[donor * width + j]
          }
          for j in 0..<3 {
            plainSquares[variant * 3 + j] += value * value * design.genotypeSquares[donor * 3 + j]
          }
          for entry in 0..<entries {
            let row = index * entries + entry
            let from = (donor * entries + entry) * width
            let to = (row * g.columns + variant) * width
            for j in 0..<width { terms[to + j] += value * design.genotypeFixedTerms[from + j] }
            let square = (donor * entries + entry) * 3
            for j in 0..<3 {
              squareTerms[(row * g.columns + variant) * 3 + j] +=
                value * value * design.genotypeSquareTerms[square + j]
            }
          }
        }
      }
    }
    self.plain = plain
    self.terms = terms
    self.plainSquares = plainSquares
    self.squareTerms = squareTerms
  }

  /// The first `count` variants only.
  private init(_ all: TrainingForms, count: Int) {
    design = all.design
    self.count = count
    let width = 2 * all.design.fixedCount
    func prefix(_ values: [Double], _ width: Int) -> [Double] {
      let whole = all.count * width
      return stride(from: 0, to: values.count, by: whole).flatMap {
        values[$0..<($0 + count * width)]
      }
    }
    plain = prefix(all.plain, width)
    terms = prefix(all.terms, width)
    plainSquares = prefix(all.plainSquares, 3)
    squareTerms = prefix(all.squareTerms, 3)
  }

  /// The first `count` variants, or all where there are fewer.
  func prefix(_ count: Int) -> TrainingForms { TrainingForms(self, count: min(count, self.count)) }

  /// The forms as a matrix: points × (count · 3).
  func matrix(at points: DesignPoints) -> Matrix {
    var matrix = Matrix(rows: points.points.count, columns: count * 3)
    matrix.elements = forms(at: points)
    return matrix
  }

  /// The forms at the points of `design`: points × (count·3).
  func forms(at points: DesignPoints) -> [Double] {
    let n = points.points.count
    let p = design.fixedCount
    let rows = design.statisticRows
    let width = count * 2 * p
    var cross: [Double] = []
    cross.reserveCapacity(n * width)
    var forms: [Double] = []
    forms.reserveCapacity(n * count * 3)
    for _ in 0..<n {
      cross += plain
      forms += plainSquares
    }
    subtractProduct(points.weights, terms, from: &cross, rows: n, inner: rows, columns: width)
    subtractProduct(
      points.weights, squareTerms, from: &forms, rows: n, inner: rows, columns: count * 3)
    cross.withUnsafeMutableBufferPointer { all in
      points.factors.withUnsafeBufferPointer { factors in
        guard let base = all.baseAddress, let factor = factors.baseAddress else { return }
        for point in 0..<n {
          // Safe: every point has count·2 rows of p entries and a factor of p × p.
          let row = base + point * width
          whiten(row, count: count * 2, by: factor + point * p * p, order: p)
          for variant in 0..<count {
            let one = row + variant * 2 * p
            let two = one + p
            var s11 = 0.0
            var s12 = 0.0
            var s22 = 0.0
            for j in 0..<p {
              s11 += one[j] * one[j]
              s12 += one[j] * two[j]
              s22 += two[j] * two[j]
            }
            let at = (point * count + variant) * 3
            forms[at] -= s11
            forms[at + 1] -= s12
            forms[at + 2] -= s22
          }
        }
      }
    }
    return forms
  }
}
