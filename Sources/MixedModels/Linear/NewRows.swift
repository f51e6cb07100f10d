import LinearAlgebra

/// Rows to predict, coded as the model's data were.
struct NewRows {
  typealias Level = NewColumns.Level

  /// Rows × p, in the user's units.
  let fixed: Matrix
  let offset: [Double]
  /// By term: rows × q in the user's units, and levels.
  let columns: [Matrix]
  let levels: [[Level]]
  /// Covariates of the residual's log SD, but for the power of fitted values; weights.
  let residualCovariates: [[Double]]
  let weights: [Double]
  /// Measured responses less the offset; NaN where there is none.
  let responses: [Double]
  /// By row, for serial correlation: within subjects.
  let times: [Double]?
  let subjects: [String]
  /// Rows that have measured new levels in common, and all others one by one: what nothing is known
  /// of makes no row depend on another.
  let components: [[Int]]

  var count: Int { fixed.rows }

  /// - Parameters:
  ///   - frame: every variable of the fixed part, of random slopes and of the residual; grouping
  ///     factors may be left out or be empty.
  ///   - responses: NaN where not measured.
  init(
    _ model: LinearMixedModel, frame given: ModelFrame, responses values: [Double]
  ) throws(ModelError) {
    let coded = try NewColumns(
      given, known: model.frame, formula: model.formula, parts: model.parts, terms: model.terms,
      origins: model.origins, offset: model.options.offset,
      groupCovariance: model.options.groupCovariance)
    let frame = coded.frame
    let n = frame.rowCount
    (subjects, fixed, offset) = (coded.subjects, coded.fixed, coded.offset)
    (columns, levels) = (coded.columns, coded.levels)
    let residuals = ResidualBuilder(frame: frame, options: model.options, subjects: [])
    residualCovariates = try residuals.covariates()
    if let name = model.options.weights, frame.columns[name] != nil {
      weights = try residuals.weights() ?? []
    } else {
      weights = [Double](repeating: 1, count: n)
    }
    responses = zip(values, offset).map { $0 - $1 }
    times = try model.serialVariable.map { name throws(ModelError) in try frame.numeric(name) }
    components = Self.components(levels, responses: values)
    try checkTimes(model)
  }

  /// Refuses two measurements of one new subject at one time where residuals correlate in time.
  private func checkTimes(_ model: LinearMixedModel) throws(ModelError) {
    guard let times, let name = model.serialVariable else { return }
    var seen: Set<[String]> = []
    for row in 0..<count where !responses[row].isNaN && hasNewLevel(row) {
      guard !seen.insert([subjects[row], "\(times[row])"]).inserted else { continue }
      var error = ModelError(
        "two measurements of one subject at one time: their residuals would have correlation 1",
        found: "'\(subjects[row])' at \(name) = \(times[row]) twice", expected: "different times",
        advice: "leave one of them out")
      error.variables = [name]
      error.row = row
      throw error
    }
  }

  /// Whether the model has not seen a level of the row.
  func hasNewLevel(_ row: Int) -> Bool {
    levels.contains { if case .new = $0[row] { true } else { false } }
  }

  private static func components(_ levels: [[Level]], responses: [Double]) -> [[Int]] {
    var measured: Set<Int> = []
    for term in levels {
      for (row, level) in term.enumerated() where !responses[row].isNaN {
        if case .new(let number) = level { measured.insert(number) }
      }
    }
    var sets = DisjointSets(count: responses.count)
    var firstRow: [Int: Int] = [:]
    for term in levels {
      for (row, level) in term.enumerated() {
        guard case .new(let number) = level, measured.contains(number) else { continue }
        if let first = firstRow[number] { sets.join(first, row) } else { firstRow[number] = row }
      }
    }
    return sets.sets
  }
}

extension LinearMixedModel {
  /// The part whose levels are the subjects.
  var finestPart: Int { parts.finest }

  /// The variable of the times of a serial correlation.
  var serialVariable: String? {
    for case .serial(let name) in options.residual { return name }
    return nil
  }
}
