/// What a formula makes of its data, the response left out.
struct CodedModel: Sendable {
  /// The data, with what the columns took from them.
  let frame: ModelFrame
  /// Added to the linear predictor; 0 where there is none.
  let offset: [Double]
  let fixed: FixedColumns
  let parts: [RandomTermsBuilder.Part]

  /// - Parameters:
  ///   - frame: the variables of the formula, none missing.
  ///   - offset: a variable of the frame.
  ///   - strata: models whose levels predictions need.
  /// - Throws: `ModelError` for variables that are not there and for a model without a random part.
  init(
    _ formula: Formula, frame given: ModelFrame, offset name: String?, strata: [ResidualModel] = []
  ) throws(ModelError) {
    guard given.rowCount > 0 else {
      throw ModelError("no row has all values of the model", advice: "see which columns are NA")
    }
    guard !formula.random.isEmpty else {
      throw ModelError(
        "the model needs a random part", found: "'\(formula.text)'",
        expected: "a term such as (1 + time | patient)")
    }
    var frame = given
    try frame.code(formula)
    frame.subjects = try Self.subjects(formula, frame: frame)
    frame.bases = try CodingBases(formula, frame: frame)
    for case .by(let name) in strata {
      frame.bases.residualLevels[name] = try VariableCoding.orderedLevels(name, frame: frame)
    }
    for name in frame.referenceLevels.keys.sorted()
    where frame.bases.levels[name] == nil && frame.bases.residualLevels[name] == nil
      && !formula.responseVariables.contains(name)
    {
      var error = ModelError(
        "--reference names a variable that is no factor of the model", found: "'\(name)'",
        expected: "a factor with contrasts", advice: "write factor(\(name)) in the formula")
      error.variables = [name]
      throw error
    }
    self.frame = frame
    offset =
      try name.map { name throws(ModelError) in try frame.numeric(name) }
      ?? [Double](repeating: 0, count: frame.rowCount)
    fixed = try FixedColumns(formula, frame: frame)
    var parts: [RandomTermsBuilder.Part] = []
    for part in formula.random {
      parts.append(try RandomTermsBuilder(frame: frame, donorOfSample: []).part(part))
    }
    self.parts = parts
  }

  /// The subject of every row: the level of the grouping factor that has the most.
  private static func subjects(
    _ formula: Formula, frame: ModelFrame
  ) throws(ModelError) -> [String] {
    var finest: FactorCodes?
    for names in formula.groupings {
      let codes = try RandomTermsBuilder(frame: frame, donorOfSample: []).codes(names)
      if codes.names.count > finest?.names.count ?? 0 { finest = codes }
    }
    return finest?.labels ?? []
  }
}

extension [RandomTermsBuilder.Part] {
  /// The grouping factors in the order of the formula, with their numbers of levels.
  var groups: [(name: String, levels: Int)] {
    var seen: Set<String> = []
    return compactMap { part in
      seen.insert(part.group).inserted ? (part.group, part.levelNames.count) : nil
    }
  }

  /// The part whose levels are the subjects: that with the most.
  var finest: Int {
    indices.max {
      (self[$0].levelNames.count, -$0) < (self[$1].levelNames.count, -$1)
    } ?? 0
  }
}
