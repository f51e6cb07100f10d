import BlockGzip
import MixedModels

/// Rows by subject, to predict each at other times.
package struct SubjectRows: Sendable {
  package struct Subject: Sendable {
    package var name: String
    /// The row whose other variables hold at other times: the last one.
    var row: Int
    /// The last time with a measurement, in these rows or in those of the fit.
    package var lastTime: Double
    package var times: Set<Double>
  }

  /// Rows to predict, or those of the fit.
  package let data: NewData
  /// The rows to predict among `data`: what is measured there, and means of subjects, tell about other
  /// times. Those of the fit tell by its random effects.
  package let informing: [Int]
  package private(set) var subjects: [Subject] = []

  /// - Parameters:
  ///   - given: rows to predict; nil for the subjects of the fit.
  ///   - time: the variable of time.
  /// - Throws: `InputError` where the time is no number.
  package init(
    _ given: NewData?, model: FittedModel, time: String
  ) throws(InputError) {
    let fitted = model.model
    let grouping = fitted.subjectGrouping
    var last: [String: Double] = [:]
    guard fitted.predictionVariables.contains(time),
      case .numeric(let known)? = model.data.frame.columns[time]
    else {
      throw InputError(
        "no time to move along", path: model.data.table.path, line: 1, found: "'\(time)'",
        expected: "a number that predictions depend on")
    }
    for (subject, value) in zip(fitted.subjects, known) {
      last[subject] = max(last[subject] ?? -.infinity, value)
    }
    data = given ?? NewData(fitRowsOf: model.data)
    informing = given.map { Array($0.rows.indices) } ?? []
    guard case .numeric(let times)? = data.frame.columns[time] else {
      throw data.error(
        ModelError(
          "rows to predict lack the time", found: "no number '\(time)'",
          expected: "a column '\(time)'"))
    }
    let labels = data.labels(grouping)
    var places: [String: Int] = [:]
    for row in data.rows.indices where !times[row].isNaN && data.isComplete[row] {
      // Rows without a subject are subjects of their own.
      let name = labels[row] ?? "row \(row + 1)"
      let isSeen = given != nil && !data.responses[row].isNaN
      if let place = places[name] {
        if times[row] >= subjects[place].times.max() ?? -.infinity { subjects[place].row = row }
        subjects[place].times.insert(times[row])
        if isSeen { subjects[place].lastTime = max(subjects[place].lastTime, times[row]) }
      } else {
        places[name] = subjects.count
        let seen = max(isSeen ? times[row] : -.infinity, last[name] ?? -.infinity)
        subjects.append(Subject(name: name, row: row, lastTime: seen, times: [times[row]]))
      }
    }
    // Of a subject that was never seen, its first row.
    for place in subjects.indices where subjects[place].lastTime == -.infinity {
      subjects[place].lastTime = subjects[place].times.min() ?? 0
    }
  }
}

extension NewData {
  /// The rows of a fit, without their responses: its subjects' effects are known.
  init(fitRowsOf data: FitData) {
    self.init(header: data.table.header, like: data)
    rows = data.rows.map { data.table.rows[$0] }
    isComplete = rows.map { _ in true }
    frame = data.frame
    responses = rows.map { _ in .nan }
  }

  /// The combination of some variables in every row; nil where one is missing.
  func labels(_ names: [String]) -> [String?] {
    rows.indices.map { row in
      var parts: [String] = []
      for name in names {
        guard let column = frame.columns[name], !FitData.isMissing(column, row) else { return nil }
        switch column {
        case .text(let values): parts.append(values[row])
        case .numeric(let values): parts.append(ModelFrame.levelText(values[row]))
        }
      }
      return parts.joined(separator: ":")
    }
  }

  /// Some of these rows, then subjects' rows at other times, without a response.
  package func moved(
    _ added: [(subject: SubjectRows.Subject, time: Double)], named name: String, keeping: [Int]
  ) -> NewData {
    var data = self
    let sources = keeping + added.map(\.subject.row)
    let cell = header.firstIndex(of: name)
    data.rows = sources.map { rows[$0] }
    data.isComplete = sources.map { isComplete[$0] }
    data.responses = keeping.map { responses[$0] } + added.map { _ in .nan }
    data.givenCount = keeping.count
    data.frame.columns = frame.columns.mapValues { FitData.selecting($0, sources) }
    data.frame.rowCount = sources.count
    for (index, item) in added.enumerated() {
      if let cell { data.rows[keeping.count + index][cell] = CellText.number(item.time) }
    }
    if case .numeric(var times)? = data.frame.columns[name] {
      for (index, item) in added.enumerated() { times[keeping.count + index] = item.time }
      data.frame.columns[name] = .numeric(times)
    }
    return data
  }
}

/// Cells of output tables.
enum CellText {
  /// In double quotes where a tab or a line end within would begin another cell, as the reader has it.
  static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 13 }) || text.first == "\""
    else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

extension SubjectRows {
  /// Where a search ends that is told nothing else: as far beyond the last time as the first lies
  /// before it.
  package var defaultEnd: Double {
    let times = subjects.flatMap(\.times)
    guard let first = times.min(), let last = subjects.map(\.lastTime).max() else { return 0 }
    return last + (last - first)
  }
}
