import LinearAlgebra

/// What makes a mixed model not identifiable, or doubtful, before it is fitted.
struct MixedModelChecks {
  let formula: Formula
  let frame: ModelFrame
  let fixed: FixedColumns
  let parts: [RandomTermsBuilder.Part]
  let groups: GroupCovariance
  var hasResidual = true

  /// - Returns: the orthonormal basis of the fixed columns.
  /// - Throws: `ModelError` for the first term at fault, with a model that can be fitted.
  func check() throws(ModelError) -> OrthonormalBasis {
    let finest = finest
    let terms = parts.flatMap(\.terms)
    let matrices = ModelMatrices(
      fixed: fixed.matrix, fixedNames: fixed.names, fixedVariables: fixed.variables,
      genotype: Matrix(rows: frame.rowCount, columns: 0), genotypeNames: [], testedColumns: [],
      random: Matrix(rows: frame.rowCount, columns: [ones]), shape: .scalar,
      randomNames: ["(Intercept)"], donorOfSample: finest.levelOfRow, terms: terms)
    let basis = try IdentifiabilityCheck(
      matrices, group: finest.group, flag: nil, hasResidual: hasResidual
    ).check()
    try checkTimes()
    return basis
  }

  /// What the fit should be read with.
  func warnings() -> [String] {
    var warnings: [String] = []
    for part in parts where part.levelNames.count < IdentifiabilityCheck.minimumDonors {
      warnings.append(
        "'\(part.group)' has \(part.levelNames.count) levels: their variance can hardly be told; "
          + "think of fixed effects")
    }
    if let name = groups.name {
      for (place, level) in groups.levels.enumerated() {
        let members = Set(
          frame.subjects?.enumerated().filter { groups.levelOfRow[$0.offset] == place }
            .map(\.element) ?? [])
        if members.count < 10 {
          warnings.append(
            "\(name) = \(level) has \(members.count) subjects: its own covariance is uncertain")
        }
      }
    }
    return warnings
  }

  private var ones: [Double] { [Double](repeating: 1, count: frame.rowCount) }

  /// The part with the most levels: its groups are the subjects.
  private var finest: RandomTermsBuilder.Part {
    parts.max { $0.levelNames.count < $1.levelNames.count } ?? parts[0]
  }

  /// Refuses groups of subjects that were seen at different times: what time does and what the group
  /// does cannot be told apart then, though the columns of the model are independent.
  private func checkTimes() throws(ModelError) {
    let subjects = finest.levelOfRow
    let slopes = parts.flatMap(\.names).filter { name in
      if case .numeric? = frame.columns[name] { true } else { false }
    }
    for time in Set(slopes).sorted() {
      guard case .numeric(let times)? = frame.columns[time] else { continue }
      for name in formula.fixedVariables.sorted() {
        guard case .text? = frame.columns[name] else { continue }
        let groups = try frame.code(name)
        try GroupTimeOverlap(groups: groups, subjects: subjects, times: times).check(
          group: name, time: time, advice: "leave '\(name)' out of the formula")
      }
    }
  }
}
