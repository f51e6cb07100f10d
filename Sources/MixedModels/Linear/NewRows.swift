import LinearAlgebra

/// Rows to predict, coded as the model's data were.
struct NewRows {
  /// What a row has of a random term.
  enum Level: Hashable {
    case known(Int)
    /// A level that the model has not seen, numbered over all terms.
    case new(Int)
    /// The grouping factor is missing: the average over levels is meant.
    case average
    /// The term is of other groups.
    case none
  }

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
    var frame = given
    frame.bases = model.frame.bases
    frame.referenceLevels = model.frame.referenceLevels
    let n = frame.rowCount
    let labels = model.formula.groupings.map { Self.labels($0, frame: frame) }
    let finest = model.finestPart
    subjects = labels[finest].enumerated().map { $1 ?? "\u{0}\($0)" }
    frame.subjects = subjects
    fixed = try FixedColumns(model.formula, frame: frame).matrix
    offset =
      try model.options.offset.map { name throws(ModelError) in try frame.numeric(name) }
      ?? [Double](repeating: 0, count: n)
    var coded: [Matrix] = []
    for part in model.formula.random {
      let coder = TermCoder(frame: frame, model: part.terms)
      var columns: [[Double]] = []
      for term in part.terms { columns += try coder.code(term, within: term).1 }
      coded.append(Matrix(rows: n, columns: columns))
    }
    let strata = try model.options.groupCovariance.map { name throws(ModelError) in
      try RandomTermsBuilder(frame: frame, donorOfSample: []).labels([name])
    }
    var unseen: [String: Int] = [:]
    var columns: [Matrix] = []
    var levels: [[Level]] = []
    for (term, origin) in zip(model.terms, model.origins) {
      columns.append(
        Matrix(rows: n, columns: origin.columns.map(coded[origin.part].column)))
      let places = Dictionary(
        uniqueKeysWithValues: term.levelNames.enumerated().map { ($1, $0) })
      let part = origin.part
      levels.append(
        (0..<n).map { row in
          if let stratum = origin.stratum, strata?[row] != stratum { return .none }
          guard let label = labels[part][row] else { return .average }
          if let place = places[label] { return .known(place) }
          // The same new level in all terms of one grouping factor.
          let key = "\(model.parts[part].group)\u{0}\(label)"
          let number = unseen[key, default: unseen.count]
          unseen[key] = number
          return .new(number)
        })
    }
    self.columns = columns
    self.levels = levels
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

  /// The combination of grouping variables in every row; nil where one is missing.
  private static func labels(_ names: [String], frame: ModelFrame) -> [String?] {
    (0..<frame.rowCount).map { row in
      var label = ""
      for (place, name) in names.enumerated() {
        let text: String
        switch frame.columns[name] {
        case .text(let values)?: text = values[row]
        case .numeric(let values)?:
          text = values[row].isNaN ? "" : VariableCoding.levelText(values[row])
        case nil: text = ""
        }
        if text.isEmpty { return nil }
        label += (place == 0 ? "" : ":") + text
      }
      return label
    }
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
