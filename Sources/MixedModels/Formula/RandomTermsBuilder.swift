import LinearAlgebra

/// Turns the random parts of a formula into terms over the samples.
struct RandomTermsBuilder {
  let frame: ModelFrame
  /// Empty where no grouping factor has a name of its own.
  let donorOfSample: [Int]

  /// One part of the formula.
  struct Part {
    /// `donor` where the levels are the donors, whatever they are called.
    var group: String
    var columns: Matrix
    var names: [String]
    var isCorrelated: Bool
    var levelOfRow: [Int]
    var levelNames: [String]

    /// A term, or one per column where they are uncorrelated.
    var terms: [RandomTerm] {
      func term(_ chosen: [Int]) -> RandomTerm {
        RandomTerm(
          group: group, columns: Matrix(rows: columns.rows, columns: chosen.map(columns.column)),
          columnNames: chosen.map { names[$0] }, levelOfRow: levelOfRow, levelNames: levelNames)
      }
      guard !isCorrelated else {
        return [
          RandomTerm(
            group: group, columns: columns, columnNames: names, levelOfRow: levelOfRow,
            levelNames: levelNames)
        ]
      }
      return (0..<columns.columns).map { term([$0]) }
    }
  }

  /// - Throws: `ModelError` for unknown variables and groupings that cannot have random effects.
  func part(_ part: Formula.RandomPart) throws(ModelError) -> Part {
    var names: [String] = []
    var columns: [[Double]] = []
    let coder = TermCoder(frame: frame, model: part.terms)
    for term in part.terms {
      let (termNames, termColumns) = try coder.code(term, within: term)
      names += termNames
      columns += termColumns
    }
    guard !columns.isEmpty, columns.count <= Self.maximumColumns else {
      throw ModelError(
        "a random part has \(columns.count) columns per \(part.group)", found: "(\(part.text))",
        expected: "one to \(Self.maximumColumns), such as (1 + time | \(part.group))")
    }
    let (levels, levelNames) = try levels(part)
    let isDonors =
      !donorOfSample.isEmpty
      && Set(zip(levels, donorOfSample).map { [$0, $1] }).count
        == Set(donorOfSample).count
      && levelNames.count == Set(donorOfSample).count
    return Part(
      group: isDonors ? ModelMatricesBuilder.donor : part.group,
      columns: Matrix(rows: frame.rowCount, columns: columns), names: names,
      isCorrelated: part.isCorrelated, levelOfRow: levels, levelNames: levelNames)
  }

  private static let maximumColumns = 8

  /// The level of every sample, numbered by their sorted names.
  private func levels(
    _ part: Formula.RandomPart
  ) throws(ModelError) -> ([Int], [String]) {
    let codes = try codes(part.groupNames)
    let names = codes.names
    guard names.count > 1 else {
      var error = ModelError(
        "the grouping factor '\(part.group)' has one level, so (\(part.text)) is not identifiable",
        found: names.first.map { "'\($0)'" } ?? "none", expected: "two or more levels",
        advice: "leave the term out")
      error.variables = Set(part.groupNames)
      throw error
    }
    return (codes.levelOfRow, names)
  }

  /// The combination of some variables in every sample, joined by `:`.
  func labels(_ names: [String]) throws(ModelError) -> [String] { try codes(names).labels }

  /// Combinations of one or more variables, names joined by `:`.
  func codes(_ names: [String]) throws(ModelError) -> FactorCodes {
    if let known = frame.codes[names] { return known }
    var codes = try codes(names[0])
    for name in names.dropFirst() { codes = codes.crossed(with: try self.codes(name)) }
    return codes
  }

  private func codes(_ name: String) throws(ModelError) -> FactorCodes {
    guard name == ModelMatricesBuilder.donor, frame.columns[name] == nil, !donorOfSample.isEmpty
    else { return try frame.code(name) }
    return FactorCodes(numbers: donorOfSample.map(Double.init))
  }
}
