import Glibc
import LinearAlgebra

/// The columns one variable of a term contributes.
struct VariableCoding {
  /// Suffixes after the variable's text: "" for a number, levels for a factor.
  var suffixes: [String]
  var columns: [[Double]]

  /// - Parameter usesContrasts: treatment contrasts for a factor; otherwise one column per level.
  init(
    _ variable: FormulaExpression, frame: ModelFrame, usesContrasts: Bool
  ) throws(ModelError) {
    switch variable {
    case .name(let name):
      switch try frame.column(name) {
      case .numeric(let values):
        suffixes = [""]
        columns = [values]
      case .text:
        let codes = try frame.code(name)
        self = try .factor(
          codes, levels: codes.names, name: name, frame: frame, usesContrasts: usesContrasts)
      }
    case .call("factor", let arguments):
      self = try .factorCall(variable, arguments, frame: frame, usesContrasts: usesContrasts)
    case .call("poly", let arguments):
      let (x, degree) = try Self.basisArguments(
        variable, arguments, frame: frame, label: "degree")
      columns =
        if let known = frame.bases.polynomials[variable.text] {
          known.columns(x)
        } else {
          try OrthogonalPolynomials(x, degree: degree, text: variable.text).columns(x)
        }
      suffixes = (1...degree).map(String.init)
    case .call("ns", let arguments):
      let (x, df) = try Self.basisArguments(variable, arguments, frame: frame, label: "df")
      columns =
        if let known = frame.bases.splines[variable.text] {
          known.columns(x)
        } else {
          try NaturalSpline(x, degreesOfFreedom: df, text: variable.text).columns(x)
        }
      suffixes = (1...df).map(String.init)
    default:
      suffixes = [""]
      columns = [try Arithmetic(frame: frame).evaluate(variable)]
    }
    for column in columns {
      if let row = column.firstIndex(where: { !$0.isFinite }) {
        var error = ModelError(
          "'\(variable.text)' is not finite in sample \(row + 1) of the model",
          found: "\(column[row])", expected: "a finite number in every sample",
          advice: "check the domain of the function, e.g. log of 0")
        error.row = row
        throw error
      }
    }
  }

  private init(suffixes: [String], columns: [[Double]]) {
    self.suffixes = suffixes
    self.columns = columns
  }

  private static func factor(
    _ codes: FactorCodes, levels: @autoclosure () -> [String], name: String, frame: ModelFrame,
    usesContrasts: Bool
  ) throws(ModelError) -> VariableCoding {
    if let known = frame.bases.levels[name] {
      return try coded(
        codes, ordered: known, name: name, frame: frame, usesContrasts: usesContrasts)
    }
    let levels = levels()
    // A factor of one level has no contrast: it would vanish from the model without a word.
    guard levels.count > 1 else { throw oneLevel(name, levels) }
    var ordered = levels
    if let reference = frame.referenceLevels[name] {
      guard let index = ordered.firstIndex(of: reference) else {
        throw ModelError(
          "the reference level of '\(name)' does not occur", found: "'\(reference)'",
          expected: "one of \(levels.joined(separator: ", "))")
      }
      ordered.insert(ordered.remove(at: index), at: 0)
    }
    return try coded(
      codes, ordered: ordered, name: name, frame: frame, usesContrasts: usesContrasts)
  }

  /// The error of a factor that has no contrast.
  static func oneLevel(_ name: String, _ levels: [String]) -> ModelError {
    var error = ModelError(
      "the factor '\(name)' is not identifiable",
      found: levels.first.map { "a constant, '\($0)'" } ?? "no level",
      expected: "two or more levels", advice: "leave it out of the model")
    error.variables = [name]
    return error
  }

  /// - Parameter ordered: the levels, the reference first.
  private static func coded(
    _ codes: FactorCodes, ordered: [String], name: String, frame: ModelFrame, usesContrasts: Bool
  ) throws(ModelError) -> VariableCoding {
    let known = Dictionary(ordered.enumerated().map { ($1, $0) }) { first, _ in first }
    let places = codes.names.map { known[$0, default: -1] }
    if places.contains(-1), let row = codes.levelOfRow.firstIndex(where: { places[$0] < 0 }) {
      let value = codes.names[codes.levelOfRow[row]]
      var error = ModelError(
        "a level of '\(name)' that the model was not fitted with", found: "'\(value)'",
        expected: "one of \(ordered.joined(separator: ", "))")
      error.variables = [name]
      error.row = row
      throw error
    }
    func column(_ value: (Int) -> Double) -> [Double] {
      let ofLevel = places.map(value)
      return codes.levelOfRow.map { ofLevel[$0] }
    }
    if usesContrasts, frame.sumsToZero {
      let last = ordered.count - 1
      return VariableCoding(
        suffixes: Array(ordered.dropLast()),
        columns: (0..<last).map { level in column { $0 == level ? 1 : $0 == last ? -1 : 0 } })
    }
    let coded = (usesContrasts ? 1 : 0)..<ordered.count
    return VariableCoding(
      suffixes: coded.map { ordered[$0] },
      columns: coded.map { level in column { $0 == level ? 1 : 0 } })
  }

  /// The levels of a factor, the reference first.
  static func orderedLevels(_ name: String, frame: ModelFrame) throws(ModelError) -> [String] {
    var ordered: [String]
    switch try frame.column(name) {
    case .text: ordered = try frame.code(name).names
    // As R: levels of a number sort as numbers and print as short as they can.
    case .numeric(let values): ordered = Set(values).sorted().map { frame.levelText($0, of: name) }
    }
    if let reference = frame.referenceLevels[name],
      let index = ordered.firstIndex(of: reference)
    {
      ordered.insert(ordered.remove(at: index), at: 0)
    }
    return ordered
  }

  private static func factorCall(
    _ variable: FormulaExpression, _ arguments: [FormulaExpression.Argument], frame: ModelFrame,
    usesContrasts: Bool
  ) throws(ModelError) -> VariableCoding {
    guard arguments.count == 1, case .name(let name) = arguments[0].value else {
      throw ModelError(
        "factor( ) takes one variable", found: "'\(variable.text)'", expected: "factor(name)")
    }
    let codes = try frame.code(name)
    switch try frame.column(name) {
    case .text:
      return try factor(
        codes, levels: codes.names, name: name, frame: frame, usesContrasts: usesContrasts)
    case .numeric(let values):
      // As R: levels of a number sort as numbers and print as short as they can.
      return try factor(
        codes, levels: Set(values).sorted().map { frame.levelText($0, of: name) }, name: name,
        frame: frame, usesContrasts: usesContrasts)
    }
  }

  static func levelText(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
  }

  static func basisArguments(
    _ variable: FormulaExpression, _ arguments: [FormulaExpression.Argument], frame: ModelFrame,
    label: String
  ) throws(ModelError) -> ([Double], Int) {
    guard arguments.count == 2, arguments[0].label == nil,
      arguments[1].label == nil || arguments[1].label == label,
      case .number(let size, _) = arguments[1].value, size >= 1, size <= 20,
      size == size.rounded()
    else {
      throw ModelError(
        "malformed basis in the formula", found: "'\(variable.text)'",
        expected: label == "df" ? "ns(x, df = k)" : "poly(x, k)")
    }
    return (try Arithmetic(frame: frame).evaluate(arguments[0].value), Int(size))
  }
}
