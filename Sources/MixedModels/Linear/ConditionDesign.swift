/// A condition that varies within subjects, with the cells of every row.
struct ConditionDesign: Sendable {
  /// The variable.
  let condition: String
  /// Its levels, the reference first.
  let levels: [String]
  /// By row, a place in `levels`.
  let levelOfRow: [Int]
  /// The grouping factor.
  let subject: String
  /// By row, and how many there are.
  let subjectOfRow: [Int]
  let subjectCount: Int

  /// Finds the condition and the subjects that the formula tells, or checks those that were named.
  ///
  /// - Throws: `ModelError` where there is none, and where there are several.
  init(_ request: AveragedRequest, model: LinearMixedModel) throws(ModelError) {
    let names = try request.condition.map { name throws(ModelError) in
      try Self.checked(name, model)
    }
    var found: [ConditionDesign] = []
    var failure: ModelError?
    for name in names.map({ [$0] }) ?? Self.candidates(model) {
      do throws(ModelError) {
        let design = try ConditionDesign(name, subject: request.subject, model: model)
        if design.variesWithinSubjects { found.append(design) }
      } catch {
        failure = failure ?? error
      }
    }
    if found.isEmpty, let failure { throw failure }
    guard let first = found.first else { throw Self.noCondition(request, model) }
    guard found.count == 1 else {
      throw ModelError(
        "several conditions vary within \(first.subject)",
        found: found.map { "'\($0.condition)'" }.joined(separator: ", "),
        expected: "one that averages are compared over",
        advice: "name it by --averaged-condition COL")
    }
    self = first
  }

  private init(_ name: String, subject: String?, model: LinearMixedModel) throws(ModelError) {
    condition = name
    levels = model.frame.bases.levels[name] ?? Self.twoValues(name, model) ?? []
    let codes = try model.frame.code(name)
    let places = Dictionary(levels.enumerated().map { ($1, $0) }) { first, _ in first }
    let ranks = codes.names.map { places[$0, default: -1] }
    levelOfRow = codes.levelOfRow.map { ranks[$0] }
    let part = try Self.subjectPart(
      of: name, levelOfRow, subject: subject, model)
    self.subject = model.parts[part].group
    subjectOfRow = model.parts[part].levelOfRow
    subjectCount = model.parts[part].levelNames.count
  }

  /// Whether two subjects or more have rows at several levels.
  private var variesWithinSubjects: Bool {
    Self.varies(levelOfRow, within: subjectOfRow, count: subjectCount)
  }

  /// Whether two groups or more have rows at several levels.
  private static func varies(_ levelOfRow: [Int], within groups: [Int], count: Int) -> Bool {
    var first = [Int](repeating: -1, count: count)
    var varying: Set<Int> = []
    for (row, group) in groups.enumerated() {
      if first[group] < 0 { first[group] = levelOfRow[row] }
      if first[group] != levelOfRow[row] { varying.insert(group) }
    }
    return varying.count > 1
  }

  // MARK: The condition

  /// Factors of the fixed part and its numbers of two values.
  private static func candidates(_ model: LinearMixedModel) -> [String] {
    model.formula.fixedVariables.sorted().filter { name in
      !isCentred(name, model)
        && (model.frame.bases.levels[name] != nil || twoValues(name, model) != nil)
    }
  }

  private static func checked(
    _ name: String, _ model: LinearMixedModel
  ) throws(ModelError) -> String {
    func refused(_ found: String) -> ModelError {
      let all = candidates(model)
      return ModelError(
        "--averaged-condition names no condition of the fixed part", found: found,
        expected: all.isEmpty
          ? "a factor of the fixed part or a number of two values"
          : "one of \(all.joined(separator: ", "))")
    }
    guard model.formula.fixedVariables.contains(name) else { throw refused("'\(name)'") }
    guard !isCentred(name, model) else {
      throw refused("'\(name)' within within( ) or between( )")
    }
    guard model.frame.bases.levels[name] != nil || twoValues(name, model) != nil else {
      throw refused("'\(name)', a number of many values")
    }
    return name
  }

  /// The texts of a number's values where it has two.
  private static func twoValues(_ name: String, _ model: LinearMixedModel) -> [String]? {
    guard case .numeric(let values)? = model.frame.columns[name] else { return nil }
    var distinct: Set<Double> = []
    for value in values {
      distinct.insert(value)
      if distinct.count > 2 { return nil }
    }
    return distinct.count == 2 ? distinct.sorted().map(VariableCoding.levelText) : nil
  }

  /// Whether the condition stands where it is measured from its subject's mean: a subject's cells have
  /// no setting of it.
  private static func isCentred(_ name: String, _ model: LinearMixedModel) -> Bool {
    model.formula.fixed.flatMap(\.factors).contains { factor in
      factor.variables.contains(name)
        && (factor.text.contains("within(") || factor.text.contains("between("))
    }
  }

  private static func noCondition(
    _ request: AveragedRequest, _ model: LinearMixedModel
  ) -> ModelError {
    var error = ModelError(
      "no condition varies within subjects, so there is nothing to average over",
      found: request.condition.map { "'\($0)', constant within subjects" }
        ?? "the fixed part '\(model.formula.fixed.map(\.name).joined(separator: " + "))'",
      expected: "a factor of the fixed part, or a number of two values, that two or more subjects "
        + "have at several levels", advice: "leave --compare-averaged out")
    error.variables = request.condition.map { [$0] } ?? []
    return error
  }

  // MARK: The subjects

  /// The random part whose levels are the subjects.
  private static func subjectPart(
    of condition: String, _ levelOfRow: [Int], subject: String?, _ model: LinearMixedModel
  ) throws(ModelError) -> Int {
    var distinct: [Int] = []
    for (index, part) in model.parts.enumerated()
    where !distinct.contains(where: { model.parts[$0].group == part.group }) {
      distinct.append(index)
    }
    let names = distinct.map { model.parts[$0].group }.joined(separator: ", ")
    if let subject {
      guard let index = distinct.first(where: { model.parts[$0].group == subject }) else {
        throw ModelError(
          "--averaged-subject names no grouping factor of the formula", found: "'\(subject)'",
          expected: "one of \(names)")
      }
      return index
    }
    // Of subject and subject:condition, subject has the condition within it.
    let wide = distinct.filter { index in
      let part = model.parts[index]
      return varies(levelOfRow, within: part.levelOfRow, count: part.levelNames.count)
    }
    guard !wide.isEmpty else { return distinct[0] }
    if let nested = wide.first(where: { isNested($0, in: wide, model) }) { return nested }
    // Parts of one grouping may be written apart, as (1 | s) + (0 + condition | s).
    let holding = wide.filter { index in
      model.formula.random.indices.contains {
        model.parts[$0].group == model.parts[index].group
          && model.formula.random[$0].variables.contains(condition)
      }
    }
    guard holding.count == 1 else {
      throw ModelError(
        "the grouping factors cross, and averages can be taken over any of them",
        found: names, expected: "the one whose levels are the subjects",
        advice: "name it by --averaged-subject COL")
    }
    return holding[0]
  }

  /// Whether every level of a part lies within one level of every other.
  private static func isNested(
    _ index: Int, in others: [Int], _ model: LinearMixedModel
  ) -> Bool {
    others.allSatisfy { other in
      let part = model.parts[index]
      var outer = [Int](repeating: -1, count: part.levelNames.count)
      for (level, above) in zip(part.levelOfRow, model.parts[other].levelOfRow) {
        if outer[level] >= 0, outer[level] != above { return false }
        outer[level] = above
      }
      return true
    }
  }
}
