import BlockGzip
import MixedModels
import OrderedCollections

/// Two processes measured together: one row per visit.
package struct LagRows: Sendable {
  /// What the columns are called.
  package struct Names: Sendable, Equatable {
    package var x: String
    package var y: String
    package var subject: String
    package var time: String
    package var covariates: [String]

    package init(x: String, y: String, subject: String, time: String, covariates: [String] = []) {
      self.x = x
      self.y = y
      self.subject = subject
      self.time = time
      self.covariates = covariates
    }
  }

  /// The file, for messages.
  package var path: String
  package var names: Names
  /// One per row; never empty.
  package var subjects: [String]
  /// Finite.
  package var times: [Double]
  /// NaN where missing.
  package var x: [Double]
  /// NaN where missing.
  package var y: [Double]
  /// In the order of the names; NaN or empty where missing.
  package var covariates: [ModelFrame.Column]
  /// What each row is called in messages: a line of the table or a sample.
  package var places: [Place]
  /// Rows left out because they lack the subject or the time.
  package var unplacedCount = 0

  package enum Place: Sendable, Equatable {
    case line(Int)
    case sample(String)

    var text: String {
      switch self {
      case .line(let number): "line \(number)"
      case .sample(let id): "sample '\(id)'"
      }
    }

    var line: Int? { if case .line(let number) = self { number } else { nil } }
  }

  package var count: Int { subjects.count }

  /// Reads a CSV or TSV table.
  ///
  /// - Throws: `InputError` for a file that cannot be read, a column that is not there, a process or a
  ///   time that holds text, an infinite number.
  package init(path: String, names: Names) throws(InputError) {
    let table = try FitData.read(path)
    func index(_ name: String, _ role: String) throws(InputError) -> Int {
      if let index = table.column(named: name) { return index }
      throw InputError(
        "the table lacks the \(role)", path: path, line: 1, found: "no column '\(name)'",
        expected: "one of \(table.header.filter { !$0.isEmpty }.joined(separator: ", "))",
        advice: "mend the flag or the header")
    }
    func numbers(_ name: String, _ role: String) throws(InputError) -> [Double] {
      let column = try FitData.column(try index(name, role), of: table, isNumeric: true)
      guard case .numeric(let values) = column else { return [] }
      return values
    }
    let x = try numbers(names.x, "first process")
    let y = try numbers(names.y, "second process")
    let times = try numbers(names.time, "time")
    guard !table.rows.isEmpty else {
      throw InputError(
        "a table without rows", path: path, line: 1, found: "a header line only",
        expected: "one row per visit")
    }
    let subject = try index(names.subject, "subject")
    let subjects = table.rows.map { FitData.isMissing($0[subject]) ? "" : $0[subject] }
    var covariates: [ModelFrame.Column] = []
    for name in names.covariates {
      covariates.append(
        try FitData.column(try index(name, "covariate"), of: table, isNumeric: nil))
    }
    self.init(
      path: path, names: names, subjects: subjects, times: times, x: x, y: y,
      covariates: covariates, places: table.lineNumbers.map(Place.line))
  }

  /// Rows without a subject or a time are left out and counted.
  init(
    path: String, names: Names, subjects: [String], times: [Double], x: [Double], y: [Double],
    covariates: [ModelFrame.Column], places: [Place]
  ) {
    let kept = subjects.indices.filter { !subjects[$0].isEmpty && !times[$0].isNaN }
    self.path = path
    self.names = names
    self.subjects = kept.map { subjects[$0] }
    self.times = kept.map { times[$0] }
    self.x = kept.map { x[$0] }
    self.y = kept.map { y[$0] }
    self.covariates = covariates.map { FitData.selecting($0, kept) }
    self.places = kept.map { places[$0] }
    unplacedCount = subjects.count - kept.count
  }

  /// The name of the first covariate that a row lacks; nil where it has all.
  func missingCovariate(_ row: Int) -> String? {
    zip(names.covariates, covariates).first { FitData.isMissing($0.1, row) }?.0
  }
}
