/// The variables a formula may use, one value per sample.
public struct ModelFrame: Sendable {
  /// One variable.
  public enum Column: Sendable, Equatable {
    case numeric([Double])
    /// A factor: text values, levels in sorted order.
    case text([String])
  }

  /// Number of samples.
  public var rowCount: Int
  /// The variables by name.
  public var columns: [String: Column] { didSet { codes = [:] } }
  /// Reference levels the user chose, by variable; otherwise the first in sorted order.
  public var referenceLevels: [String: String]
  /// What numbers are called as levels of a factor, by variable, where that is not the number itself:
  /// a centred variable's levels have the names that they have in the data.
  package var levelTexts: [String: [Double: String]] = [:]
  /// The subject of every sample, for `within(x)` and `between(x)` without a grouping of their own.
  var subjects: [String]?
  /// Means of subjects that the model has not seen are taken over the first so many rows, those that
  /// were given rather than asked about; over all where nil.
  package var centringRows: Int?
  /// What columns take from the data that a model was fitted on; nothing while it is being fitted.
  var bases = CodingBases()
  /// Values that stand in for an expression of the formula, by its text.
  var substitutes: [String: [Double]] = [:]
  /// Factors that several parts of a model ask for, by the variables that are combined.
  private(set) var codes: [[String]: FactorCodes] = [:]
  /// Whether factors have contrasts that sum to 0 instead of treatment contrasts.
  var sumsToZero = false

  /// - Precondition: every column has `rowCount` values, none missing.
  public init(
    rowCount: Int, columns: [String: Column], referenceLevels: [String: String] = [:]
  ) {
    self.rowCount = rowCount
    self.columns = columns
    self.referenceLevels = referenceLevels
  }

  /// A number as the level of a factor.
  public static func levelText(_ value: Double) -> String { VariableCoding.levelText(value) }

  /// A number of a variable as the level of a factor.
  func levelText(_ value: Double, of name: String) -> String {
    levelTexts[name]?[value] ?? VariableCoding.levelText(value)
  }

  func column(_ name: String) throws(ModelError) -> Column {
    guard let column = columns[name] else {
      throw ModelError(
        "the formula uses a variable that is not there", found: "'\(name)'",
        expected: "one of \(columns.keys.sorted().joined(separator: ", "))")
    }
    return column
  }

  /// Codes the grouping factors of a formula and its variables that hold text, once for all.
  mutating func code(_ formula: Formula) throws(ModelError) {
    for names in formula.groupings {
      for name in names where codes[[name]] == nil { codes[[name]] = try code(name) }
      guard names.count > 1, codes[names] == nil else { continue }
      codes[names] = try RandomTermsBuilder(frame: self, donorOfSample: []).codes(names)
    }
    for name in formula.variables where codes[[name]] == nil {
      guard case .text(let texts)? = columns[name] else { continue }
      codes[[name]] = FactorCodes(texts)
    }
  }

  /// A variable as a factor.
  func code(_ name: String) throws(ModelError) -> FactorCodes {
    if let known = codes[[name]] { return known }
    return switch try column(name) {
    case .text(let texts): FactorCodes(texts)
    case .numeric(let numbers): FactorCodes(numbers: numbers) { levelText($0, of: name) }
    }
  }

  func numeric(_ name: String) throws(ModelError) -> [Double] {
    switch try column(name) {
    case .numeric(let values): return values
    case .text(let values):
      let row = values.firstIndex { !$0.isEmpty && Double($0) == nil }
      var error = ModelError(
        "arithmetic on '\(name)', which holds text", found: "'\(values[row ?? 0])'",
        expected: "numbers")
      error.variables = [name]
      error.row = row
      throw error
    }
  }
}
