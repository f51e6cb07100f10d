import BlockGzip
import LinearAlgebra
import MixedModels

/// Trajectories and outcomes of the same subjects.
package struct RiskData: Sendable {
  package let trajectories: FitData
  package let formula: Formula
  /// The grouping factor.
  package let subject: String
  /// The column of time; nil where no predictor needs it and no slope tells it.
  package let time: String?
  /// Ids in the order of the outcome table.
  package private(set) var ids: [String] = []
  /// By subject: rows of the trajectories' frame, in the order of the file.
  private(set) var rows: [[Int]] = []
  /// By subject: 0, 1, or NaN where it is not known.
  package private(set) var outcome: [Double] = []
  /// What the outcome table calls an event.
  package let levels: (none: String, event: String)
  /// Subjects × p, the intercept first.
  private(set) var covariates: Matrix
  package private(set) var covariateNames: [String]
  package private(set) var counts = Counts()
  package private(set) var warnings: [String] = []

  /// What was left out, and why.
  package struct Counts: Sendable {
    /// Subjects of one table alone.
    package var withoutOutcomeRow: [String] = []
    package var withoutTrajectory: [String] = []
    /// No complete measurement (before the landmark).
    package var withoutMeasurement: [String] = []
    package var missingCovariates: [String] = []
    /// The event was before the landmark.
    package var eventBeforeLandmark: [String] = []
    /// Measurements after the landmark or the event.
    package var lateRows = 0
    /// Outcome not known: predicted, but not learnt from.
    package var unknownOutcome = 0
  }

  package var eventCount: Int { outcome.count { $0 == 1 } }
  package var knownCount: Int { outcome.count { !$0.isNaN } }

  /// - Throws: `InputError` for tables that cannot be read or joined, and models that do not serve.
  package init(path: String, _ options: RiskOptions) throws(InputError) {
    let formula = try Self.asInput { () throws(ModelError) in try Formula(options.formula) }
    self.formula = formula
    subject = try Self.subject(of: formula, options: options.model)
    var variables = formula.variables.union(formula.responseVariables)
    for name in [
      options.model.weights, options.model.offset, options.model.groupCovariance, options.time,
    ] {
      if let name { variables.insert(name) }
    }
    variables.formUnion(options.model.residual.compactMap(\.variable))
    let trajectories = try FitData(
      path: path, variables: variables, references: options.references)
    self.trajectories = trajectories
    time =
      options.time
      ?? formula.slopeVariables.first { name in
        if case .numeric? = trajectories.frame.columns[name] { true } else { false }
      }
    let covariateFormula = try options.covariates.map { text throws(InputError) in
      try Self.asInput { () throws(ModelError) in try Formula("outcome ~ \(text)") }
    }
    let outcomes = try OutcomeTable(
      path: options.outcomes, subject: subject, outcome: options.outcome,
      variables: (covariateFormula?.variables ?? []).union(options.eventTime.map { [$0] } ?? []))
    levels = outcomes.levels
    covariates = Matrix(rows: 0, columns: 0)
    covariateNames = []
    try join(outcomes, options: options)
    try select(outcomes, options: options, covariates: covariateFormula)
    try checkClasses(outcomes, options: options)
  }

  static func asInput<Value>(
    _ body: () throws(ModelError) -> Value
  ) throws(InputError) -> Value {
    do throws(ModelError) {
      return try body()
    } catch {
      throw InputError(
        error.what, found: error.found, expected: error.expected, advice: error.advice)
    }
  }

  /// The one grouping factor.
  private static func subject(
    of formula: Formula, options: LinearModelOptions
  ) throws(InputError) -> String {
    let groupings = formula.groupings
    guard let first = groupings.first, first.count == 1, groupings.allSatisfy({ $0 == first })
    else {
      throw InputError(
        "a risk model needs random effects of subjects, and no others",
        found: groupings.isEmpty
          ? "no random part" : groupings.map { $0.joined(separator: ":") }.joined(separator: ", "),
        expected: "one grouping factor, e.g. (1 + time | patient)",
        advice: "put other groups among the fixed effects")
    }
    guard !options.residual.contains(.powerOfFitted) else {
      throw InputError(
        "a risk model cannot have residuals that depend on fitted values",
        found: "power:fitted", expected: "by:, exp:, power: or ar1: of a column")
    }
    return first[0]
  }
}

extension RiskData {
  /// Finds every outcome row's measurements.
  private mutating func join(
    _ outcomes: OutcomeTable, options: RiskOptions
  ) throws(InputError) {
    let table = trajectories.table
    guard let place = table.column(named: subject) else { return }
    let measured = Set(table.rows.map { $0[place] }.filter { !FitData.isMissing($0) })
    let onlyOutcome = outcomes.ids.filter { !measured.contains($0) }
    let onlyMeasured = measured.filter { outcomes.rowOfId[$0] == nil }.sorted()
    guard onlyOutcome.count < outcomes.ids.count else {
      throw InputError(
        "the two tables have no subject in common", path: outcomes.table.path, column: subject,
        found: "\(InputError.list(outcomes.ids)) here, \(InputError.list(onlyMeasured)) in "
          + table.path, expected: "the same ids", advice: "check that the ids are written alike")
    }
    if !options.intersectsIds, !(onlyOutcome.isEmpty && onlyMeasured.isEmpty) {
      let sides = [
        onlyOutcome.isEmpty ? nil : "without measurements \(InputError.list(onlyOutcome))",
        onlyMeasured.isEmpty ? nil : "without an outcome row \(InputError.list(onlyMeasured))",
      ].compactMap(\.self)
      throw InputError(
        "the two tables have not the same subjects", path: outcomes.table.path, column: subject,
        found: sides.joined(separator: "; "),
        expected: "every subject in both \(outcomes.table.path) and \(table.path)",
        advice: "mend the ids, write NA for an outcome that is not known, or use those that both "
          + "have with --ids intersect")
    }
    counts.withoutOutcomeRow = onlyMeasured
    counts.withoutTrajectory = onlyOutcome
    let shared = outcomes.ids.filter(measured.contains)
    let places = Dictionary(uniqueKeysWithValues: shared.enumerated().map { ($1, $0) })
    ids = shared
    rows = [[Int]](repeating: [], count: shared.count)
    for (row, source) in trajectories.rows.enumerated() {
      if let subject = places[table.rows[source][place]] { rows[subject].append(row) }
    }
  }

  /// Leaves out what comes too late and subjects that lack something.
  private mutating func select(
    _ outcomes: OutcomeTable, options: RiskOptions, covariates formula: Formula?
  ) throws(InputError) {
    let events = try eventTimes(outcomes, options: options)
    if options.landmark != nil || events != nil { try dropLateRows(events, options: options) }
    var kept: [Int] = []
    for (subject, id) in ids.enumerated() {
      let row = outcomes.rowOfId[id, default: 0]
      if let landmark = options.landmark, let event = events?[subject], event <= landmark {
        counts.eventBeforeLandmark.append(id)
      } else if rows[subject].isEmpty {
        counts.withoutMeasurement.append(id)
      } else if formula?.variables.contains(where: { name in
        outcomes.columns[name].map { FitData.isMissing($0, row) } ?? false
      }) ?? false {
        counts.missingCovariates.append(id)
      } else {
        kept.append(subject)
      }
    }
    ids = kept.map { ids[$0] }
    rows = kept.map { rows[$0] }
    let sources = ids.map { outcomes.rowOfId[$0, default: 0] }
    outcome = sources.map { outcomes.outcome[$0] }
    counts.unknownOutcome = outcome.count(where: \.isNaN)
    guard let formula, !sources.isEmpty else {
      covariates = Matrix(
        rows: sources.count, columns: 1,
        elements: [Double](repeating: 1, count: sources.count))
      covariateNames = ["(Intercept)"]
      return
    }
    let frame = ModelFrame(
      rowCount: sources.count,
      columns: outcomes.columns.mapValues { FitData.selecting($0, sources) })
    do throws(ModelError) {
      let coded = try CovariateColumns(formula, frame: frame)
      covariates = coded.matrix
      covariateNames = coded.names
    } catch {
      throw FitData.error(error, table: outcomes.table, rows: sources)
    }
  }

  /// By subject: NaN where there is no event.
  private func eventTimes(
    _ outcomes: OutcomeTable, options: RiskOptions
  ) throws(InputError) -> [Double]? {
    guard let name = options.eventTime else { return nil }
    guard case .numeric(let values)? = outcomes.columns[name] else {
      throw InputError(
        "times of events are no numbers", path: outcomes.table.path, line: 1, column: name,
        found: "text", expected: "numbers, NA where there was no event")
    }
    for (row, time) in values.enumerated() where !outcomes.outcome[row].isNaN {
      guard time.isNaN == (outcomes.outcome[row] == 0) else {
        let id = outcomes.ids[row]
        throw outcomes.table.error(
          "times of events and outcomes contradict one another", row: row, column: name,
          found: time.isNaN
            ? "no time of the event of '\(id)'" : "a time of '\(id)', who has no event",
          expected: "a time of every event, and NA where there was none",
          advice: "a time of censoring is none of an event: write NA")
      }
    }
    return ids.map { values[outcomes.rowOfId[$0, default: 0]] }
  }

  private mutating func dropLateRows(
    _ events: [Double]?, options: RiskOptions
  ) throws(InputError) {
    guard let time, case .numeric(let times)? = trajectories.frame.columns[time] else {
      throw InputError(
        "no time to tell what comes too late", path: trajectories.table.path, line: 1,
        found: time.map { "'\($0)', which is text" } ?? "no random slope",
        expected: "a number", advice: "name the column of time with --time")
    }
    for subject in rows.indices {
      let all = rows[subject]
      rows[subject] = all.filter { row in
        if let landmark = options.landmark, times[row] > landmark { return false }
        if let event = events?[subject], times[row] >= event { return false }
        return true
      }
      counts.lateRows += all.count - rows[subject].count
    }
  }

  private func checkClasses(
    _ outcomes: OutcomeTable, options: RiskOptions
  ) throws(InputError) {
    guard eventCount > 0, eventCount < knownCount else {
      throw InputError(
        "the outcome has one class, so no risk can be told", path: outcomes.table.path, line: 1,
        column: options.outcome,
        found: "\(eventCount) events among \(knownCount) subjects with measurements",
        expected: "some subjects with '\(levels.event)' and some with '\(levels.none)'")
    }
  }
}
