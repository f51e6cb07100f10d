import Glibc

/// Evaluates numeric expressions of a formula, one value per sample.
struct Arithmetic {
  let frame: ModelFrame

  func evaluate(_ expression: FormulaExpression) throws(ModelError) -> [Double] {
    if !frame.substitutes.isEmpty, let values = frame.substitutes[expression.text] {
      return values
    }
    switch expression {
    case .number(let value, _): return [Double](repeating: value, count: frame.rowCount)
    case .name(let name): return try frame.numeric(name)
    case .parenthesised(let inner): return try evaluate(inner)
    case .unary(let symbol, let operand):
      let values = try evaluate(operand)
      return symbol == "-" ? values.map { -$0 } : values
    case .binary(let symbol, let left, let right):
      return try combine(symbol, try evaluate(left), try evaluate(right))
    case .call(let function, let arguments): return try call(function, arguments, in: expression)
    }
  }

  private func combine(
    _ symbol: String, _ left: [Double], _ right: [Double]
  ) throws(ModelError) -> [Double] {
    let operation: (Double, Double) -> Double
    switch symbol {
    case "+": operation = { $0 + $1 }
    case "-": operation = { $0 - $1 }
    case "*": operation = { $0 * $1 }
    case "/": operation = { $0 / $1 }
    case "^": operation = { pow($0, $1) }
    default:
      throw ModelError(
        "'\(symbol)' has no meaning in arithmetic", expected: "+ - * / ^ inside I( )")
    }
    return zip(left, right).map(operation)
  }

  private func call(
    _ function: String, _ arguments: [FormulaExpression.Argument], in whole: FormulaExpression
  ) throws(ModelError) -> [Double] {
    guard let first = arguments.first, first.label == nil else {
      throw ModelError("a function without its variable", found: "'\(whole.text)'")
    }
    let values = try evaluate(first.value)
    if function == "center", arguments.count == 2, arguments[1].label == "at",
      case .number(let at, _) = arguments[1].value.withFoldedSign
    {
      return values.map { $0 - at }
    }
    if function == "within" || function == "between" {
      let means = try SubjectMeans.expand(whole, arguments, values: values, frame: frame)
      return function == "between" ? means : zip(values, means).map { $0 - $1 }
    }
    guard arguments.count == 1 else {
      throw ModelError(
        "too many arguments in the formula", found: "'\(whole.text)'",
        expected: "\(function)(x)" + (function == "center" ? " or center(x, at = c)" : ""))
    }
    switch function {
    case "I": return values
    case "log": return values.map { log($0) }
    case "log2": return values.map { log2($0) }
    case "log10": return values.map { log10($0) }
    case "log1p": return values.map { log1p($0) }
    case "exp": return values.map { exp($0) }
    case "sqrt": return values.map { $0.squareRoot() }
    case "abs": return values.map { abs($0) }
    case "center":
      let mean = moments(whole, values).mean
      return values.map { $0 - mean }
    case "scale":
      let moments = moments(whole, values)
      return values.map { ($0 - moments.mean) / moments.deviation }
    default:
      throw ModelError(
        "unknown function in the formula", found: "'\(function)'",
        expected:
          "one of I, log, log2, log10, log1p, exp, sqrt, abs, center, scale, within, between, "
          + "factor, poly, ns")
    }
  }

  /// Those that the model was fitted with, else those of the values.
  private func moments(
    _ whole: FormulaExpression, _ values: [Double]
  ) -> CodingBases.Moments {
    frame.bases.moments[whole.text] ?? CodingBases.Moments(values)
  }
}

extension FormulaExpression {
  /// A signed number as one number.
  var withFoldedSign: FormulaExpression {
    guard case .unary(let symbol, .number(let value, let text)) = self else { return self }
    return .number(symbol == "-" ? -value : value, text: symbol + text)
  }
}
