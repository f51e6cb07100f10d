import Distributions

/// Means of one level of a condition and of its reference, subject by subject, and what a mean of the
/// subjects' differences makes of any numbers of the rows.
struct AveragedCells {
  /// Rows by subject: of the level and of the reference.
  private let counts: [(level: Int, reference: Int)]
  /// By row: 1 / rows of its cell, negative for the reference; 0 of rows that are left out.
  let weights: [Double]
  let subjectOfRow: [Int]
  /// Subjects with both cells.
  let included: [Int]

  /// - Parameter level: a place in the design's levels, not the first.
  init(_ design: ConditionDesign, level: Int) {
    var counts = [(level: Int, reference: Int)](repeating: (0, 0), count: design.subjectCount)
    for (row, subject) in design.subjectOfRow.enumerated() {
      if design.levelOfRow[row] == level { counts[subject].level += 1 }
      if design.levelOfRow[row] == 0 { counts[subject].reference += 1 }
    }
    let all = counts
    self.counts = all
    included = all.indices.filter { all[$0].level > 0 && all[$0].reference > 0 }
    subjectOfRow = design.subjectOfRow
    weights = design.subjectOfRow.indices.map { row in
      let own = all[design.subjectOfRow[row]]
      guard own.level > 0, own.reference > 0 else { return 0 }
      switch design.levelOfRow[row] {
      case level: return 1 / Double(own.level)
      case 0: return -1 / Double(own.reference)
      default: return 0
      }
    }
  }

  /// Rows of every cell of the included subjects, ascending.
  var trials: [Int] { included.flatMap { [counts[$0].level, counts[$0].reference] }.sorted() }

  /// Subjects with rows in one of both cells alone, and these rows.
  var dropped: (subjects: Int, rows: Int) {
    let single = counts.filter { ($0.level > 0) != ($0.reference > 0) }
    return (single.count, single.reduce(0) { $0 + $1.level + $1.reference })
  }

  /// By subject: the difference of the means of some numbers of the rows; 0 of those left out.
  func differences(_ values: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: counts.count)
    for (row, weight) in weights.enumerated() where weight != 0 {
      sums[subjectOfRow[row]] += weight * values(row)
    }
    return sums
  }

  /// The mean over included subjects of the differences of some numbers of the rows.
  func mean(_ values: (Int) -> Double) -> Double {
    let differences = differences(values)
    return included.reduce(0) { $0 + differences[$1] } / Double(included.count)
  }

  /// The paired t test of the differences.
  func pairedTest(_ values: (Int) -> Double, named name: String, level: Double) -> FixedEffect {
    let all = differences(values)
    let count = Double(included.count)
    let mean = included.reduce(0) { $0 + all[$1] } / count
    let squares = included.reduce(0) { $0 + (all[$1] - mean) * (all[$1] - mean) }
    return FixedEffect(
      term: name,
      CoefficientEstimate(
        value: mean, standardError: (squares / (count - 1) / count).squareRoot(),
        degreesOfFreedom: count - 1), level: level)
  }
}
