import LinearAlgebra

/// Random effects with a covariance of their own for every level of a variable that is constant
/// within subjects, such as the arm of a trial.
struct GroupCovariance: Sendable {
  /// The variable; nil where covariances do not differ.
  let name: String?
  /// The level of every row, by its place in `levels`.
  let levelOfRow: [Int]
  /// The reference first.
  let levels: [String]

  /// - Throws: `ModelError` where the variable is not there or has one level.
  init(_ name: String?, frame: ModelFrame) throws(ModelError) {
    self.name = name
    guard let name else {
      levelOfRow = []
      levels = []
      return
    }
    let labels = try RandomTermsBuilder(frame: frame, donorOfSample: []).labels([name])
    levels = try VariableCoding.orderedLevels(name, frame: frame)
    guard levels.count > 1 else {
      throw Self.error(
        name, "--group-covariance needs a variable with several levels",
        found: "'\(name)' with one level", expected: "two or more levels",
        advice: "leave --group-covariance out")
    }
    let places = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
    levelOfRow = labels.map { places[$0, default: 0] }
  }

  /// Terms of every part; parts whose levels lie within one level of the variable have one for each
  /// of its levels.
  ///
  /// - Throws: `ModelError` where no part can be split, and where a level of the variable has one
  ///   subject.
  func terms(
    _ parts: [RandomTermsBuilder.Part]
  ) throws(ModelError) -> ([RandomTerm], [RandomTermOrigin]) {
    var terms: [RandomTerm] = []
    var origins: [RandomTermOrigin] = []
    var isSplit = false
    for (index, part) in parts.enumerated() {
      let all = Array(0..<part.names.count)
      let strata = name == nil ? nil : self.strata(of: part)
      for (term, columns) in zip(part.terms, part.isCorrelated ? [all] : all.map { [$0] }) {
        guard let strata else {
          terms.append(term)
          origins.append(RandomTermOrigin(part: index, columns: columns))
          continue
        }
        isSplit = true
        for (place, level) in levels.enumerated() {
          let members = term.levelNames.indices.filter { strata[$0] == place }
          guard members.count > 1 else {
            throw Self.error(
              name ?? "", "the covariance of one \(part.group) cannot be told",
              found: "\(members.count) \(part.group) with \(name ?? "") = \(level)",
              expected: "two or more in every group",
              advice: "leave --group-covariance out, or this group")
          }
          terms.append(Self.restricted(term, to: members))
          origins.append(RandomTermOrigin(part: index, columns: columns, stratum: level))
        }
      }
    }
    if let name, !isSplit {
      throw Self.error(
        name, "covariances cannot differ by '\(name)'",
        found: "'\(name)' varies within every grouping factor",
        expected: "a variable that is constant within a grouping factor of the model",
        advice: "leave --group-covariance out")
    }
    return (terms, origins)
  }

  private static func error(
    _ name: String, _ what: String, found: String, expected: String, advice: String
  ) -> ModelError {
    var error = ModelError(what, found: found, expected: expected, advice: advice)
    error.variables = [name]
    return error
  }

  /// The level of the variable by level of a part; nil where it varies within one.
  private func strata(of part: RandomTermsBuilder.Part) -> [Int]? {
    var strata = [Int](repeating: -1, count: part.levelNames.count)
    for (row, level) in part.levelOfRow.enumerated() {
      if strata[level] >= 0, strata[level] != levelOfRow[row] { return nil }
      strata[level] = levelOfRow[row]
    }
    return strata
  }

  /// The term of some levels alone; rows of others have no level.
  private static func restricted(_ term: RandomTerm, to members: [Int]) -> RandomTerm {
    var places = [Int](repeating: -1, count: term.levelNames.count)
    for (place, member) in members.enumerated() { places[member] = place }
    return RandomTerm(
      group: term.group, columns: term.columns, columnNames: term.columnNames,
      levelOfRow: term.levelOfRow.map { places[$0] },
      levelNames: members.map { term.levelNames[$0] })
  }
}
