import BlockGzip
import MixedModels
import Tables

/// A table of rows to predict, coded like the data of a fit.
package struct NewData: Sendable {
  /// Names of the table's columns.
  package let header: [String]
  /// Its cells, as they stand in the file.
  package var rows: [[String]]
  /// By row: whether every variable that a prediction needs is there.
  package var isComplete: [Bool]
  /// The variables of the model that the table has.
  package var frame: ModelFrame
  /// Measured responses; NaN where there is none.
  package var responses: [Double]

  /// The first rows, which the file has; means of new subjects are taken over these.
  var givenCount: Int

  private let table: DelimitedTable

  /// - Parameters:
  ///   - data: of the fit, which says what a number is.
  /// - Throws: `InputError` for a file that cannot be read, a variable of the fixed part that is not
  ///   there, text for a number.
  package init(path: String, like data: FitData, model: LinearMixedModel) throws(InputError) {
    try self.init(
      path: path, like: data, formula: model.formula, needed: model.predictionVariables,
      optional: model.formula.responseVariables
        .union(model.options.weights.map { [$0] } ?? []))
    let names = model.formula.responseVariables
    guard names.allSatisfy({ frame.columns[$0] != nil }) else { return }
    do throws(ModelError) {
      responses = try model.formula.response(of: frame)
    } catch {
      throw FitData.error(error, table: table, rows: Array(rows.indices))
    }
  }

  /// Rows for a generalised model, whose new levels are not conditioned on responses.
  package init(
    path: String, like data: FitData, model: GeneralizedLinearMixedModel
  ) throws(InputError) {
    try self.init(
      path: path, like: data, formula: model.formula, needed: model.predictionVariables,
      optional: [])
  }

  private init(
    path: String, like data: FitData, formula: Formula, needed: Set<String>,
    optional more: Set<String>
  ) throws(InputError) {
    let table = try FitData.read(path)
    self.table = table
    header = table.header
    rows = table.rows
    let count = table.rows.count
    givenCount = count
    let grouping = Set(formula.groupings.flatMap(\.self))
    var columns: [String: ModelFrame.Column] = [:]
    var complete = [Bool](repeating: true, count: count)
    let optional = grouping.union(more)
    for name in needed.union(optional).sorted() {
      guard let index = table.column(named: name) else {
        guard needed.contains(name) else { continue }
        throw InputError(
          "rows to predict lack a variable of the model", path: path, line: 1,
          found: "no '\(name)'",
          expected: "columns \(needed.sorted().joined(separator: ", "))",
          advice: "add the column")
      }
      var isNumeric = false
      if case .numeric? = data.frame.columns[name] { isNumeric = true }
      // New levels of a grouping factor may be text where the known ones are numbers.
      let isLabel = grouping.contains(name) && !needed.contains(name) && isNumeric
      let column = try FitData.column(index, of: table, isNumeric: isLabel ? nil : isNumeric)
      columns[name] = column
      if needed.contains(name) {
        for row in 0..<count where FitData.isMissing(column, row) { complete[row] = false }
      }
    }
    isComplete = complete
    frame = ModelFrame(rowCount: count, columns: columns)
    responses = [Double](repeating: .nan, count: count)
  }

  /// No row of a file: what is appended is all there is.
  package init(header: [String], like data: FitData) {
    table = data.table
    self.header = header
    rows = []
    givenCount = 0
    isComplete = []
    frame = ModelFrame(
      rowCount: 0, columns: data.frame.columns.mapValues { FitData.selecting($0, []) })
    responses = []
  }

  /// The error of a model as one of this file.
  package func error(_ error: ModelError) -> InputError {
    FitData.error(error, table: table, rows: Array(0..<table.rows.count))
  }

  /// Predictions of all rows, in their order; missing ones where a variable is missing.
  package func predictions(of fit: LinearMixedFit) throws(InputError) -> [Prediction?] {
    try predictions { frame, kept throws(ModelError) in
      try fit.predict(frame, responses: kept.map { responses[$0] })
    }
  }

  /// The same of a generalised fit.
  package func predictions(
    of fit: GeneralizedLinearMixedFit
  ) throws(InputError) -> [Prediction?] {
    try predictions { frame, _ throws(ModelError) in try fit.predict(frame) }
  }

  private func predictions(
    _ predict: (ModelFrame, [Int]) throws(ModelError) -> [Prediction]
  ) throws(InputError) -> [Prediction?] {
    let kept = rows.indices.filter { isComplete[$0] }
    var selected = ModelFrame(
      rowCount: kept.count, columns: frame.columns.mapValues { FitData.selecting($0, kept) })
    selected.centringRows = kept.count { $0 < givenCount }
    do throws(ModelError) {
      let found = try predict(selected, kept)
      var all = [Prediction?](repeating: nil, count: rows.count)
      for (row, prediction) in zip(kept, found) { all[row] = prediction }
      return all
    } catch {
      var moved = error
      moved.row = error.row.map { kept[$0] }
      throw self.error(moved)
    }
  }
}
