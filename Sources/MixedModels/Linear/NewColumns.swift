import LinearAlgebra

/// The fixed and random columns of rows to predict, coded as the model's data were.
struct NewColumns {
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

  /// With what the columns took from the model's data.
  let frame: ModelFrame
  /// Rows × p, in the user's units.
  let fixed: Matrix
  let offset: [Double]
  /// By term: rows × q in the user's units, and levels.
  let columns: [Matrix]
  let levels: [[Level]]
  let subjects: [String]

  /// - Parameters:
  ///   - given: every variable of the fixed part and of random slopes; grouping factors may be left
  ///     out or be empty.
  ///   - known: the data of the model.
  init(
    _ given: ModelFrame, known: ModelFrame, formula: Formula, parts: [RandomTermsBuilder.Part],
    terms: [RandomTerm], origins: [RandomTermOrigin], offset name: String?,
    groupCovariance: String?
  ) throws(ModelError) {
    var frame = given
    frame.bases = known.bases
    frame.referenceLevels = known.referenceLevels
    let n = frame.rowCount
    let labels = formula.groupings.map { Self.labels($0, frame: frame) }
    let finest = parts.finest
    subjects = labels[finest].enumerated().map { $1 ?? "\u{0}\($0)" }
    frame.subjects = subjects
    fixed = try FixedColumns(formula, frame: frame).matrix
    offset =
      try name.map { name throws(ModelError) in try frame.numeric(name) }
      ?? [Double](repeating: 0, count: n)
    var coded: [Matrix] = []
    for part in formula.random {
      let coder = TermCoder(frame: frame, model: part.terms)
      var columns: [[Double]] = []
      for term in part.terms { columns += try coder.code(term, within: term).1 }
      coded.append(Matrix(rows: n, columns: columns))
    }
    let strata = try groupCovariance.map { name throws(ModelError) in
      try RandomTermsBuilder(frame: frame, donorOfSample: []).labels([name])
    }
    var unseen: [String: Int] = [:]
    var columns: [Matrix] = []
    var levels: [[Level]] = []
    for (term, origin) in zip(terms, origins) {
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
          let key = "\(parts[part].group)\u{0}\(label)"
          let number = unseen[key, default: unseen.count]
          unseen[key] = number
          return .new(number)
        })
    }
    self.columns = columns
    self.levels = levels
    self.frame = frame
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
}
