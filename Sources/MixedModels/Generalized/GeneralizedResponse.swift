import Glibc

/// The responses of a generalised model as a formula writes them.
struct GeneralizedResponse: Sendable {
  /// Proportions of successes, or counts.
  var values: [Double] = []
  /// Numbers of trials, or weights.
  var sizes: [Double] = []
  /// Of a response that is text: the level that counts as success.
  var success: String?

  private let formula: Formula
  private let frame: ModelFrame

  /// - Throws: `ModelError` for a response that is not of the family, with its row.
  init(
    _ formula: Formula, frame: ModelFrame, options: GeneralizedModelOptions
  ) throws(ModelError) {
    self.formula = formula
    self.frame = frame
    let weights = try options.weights.map { name throws(ModelError) in
      try Self.weights(name, frame: frame)
    }
    switch (options.family, formula.responseExpression) {
    case (.poisson, .call("cbind", _)):
      throw refusal(
        "cbind( ) is of successes and failures",
        found: "'\(formula.response)' with --family poisson",
        expected: "a column of counts", advice: "choose --family binomial, or name one column")
    case (.poisson, _):
      values = try Arithmetic(frame: frame).evaluate(formula.responseExpression)
      sizes = weights ?? [Double](repeating: 1, count: values.count)
      try check("a count", advice: "choose another --family, or mend the row") {
        $0 >= 0 && Self.isWhole($0) && $0 < 0x1p53
      }
    case (.binomial, .call("cbind", let arguments)):
      guard weights == nil else {
        throw refusal(
          "cbind( ) has its own numbers of trials", found: "--weights \(options.weights ?? "")",
          expected: "either cbind(successes, failures) or a proportion with --weights",
          advice: "leave --weights out")
      }
      try readCounts(arguments)
    case (.binomial, let expression):
      if let codes = try codes(expression) {
        try readLevels(codes, weights: weights)
      } else {
        try readProportions(weights)
      }
    }
  }

  /// Whether every response is one trial, or none, which says nothing of dispersion.
  var areTrials: Bool { sizes.allSatisfy { $0 == 1 || $0 == 0 } }

  private static func isWhole(_ value: Double) -> Bool {
    abs(value - value.rounded()) <= 1e-6 * max(1, abs(value))
  }

  private static func weights(
    _ name: String, frame: ModelFrame
  ) throws(ModelError) -> [Double] {
    let values = try frame.numeric(name)
    guard let row = values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) else { return values }
    var error = ModelError(
      "a weight that is not positive", found: ModelFrame.levelText(values[row]),
      expected: "numbers above 0 in '\(name)'", advice: "leave such rows out")
    error.variables = [name]
    error.row = row
    throw error
  }

  private func refusal(
    _ what: String, found: String, expected: String, advice: String, row: Int? = nil
  ) -> ModelError {
    var error = ModelError(what, found: found, expected: expected, advice: advice)
    error.variables = formula.responseVariables
    error.row = row
    return error
  }

  private func check(
    _ expected: String, advice: String, _ isRight: (Double) -> Bool
  ) throws(ModelError) {
    guard let row = values.firstIndex(where: { !isRight($0) }) else { return }
    throw refusal(
      "the response '\(formula.response)' does not fit the family",
      found: ModelFrame.levelText(values[row]), expected: expected, advice: advice, row: row)
  }

  /// `cbind(successes, failures)`, each with arithmetic.
  private mutating func readCounts(
    _ arguments: [FormulaExpression.Argument]
  ) throws(ModelError) {
    guard arguments.count == 2 else {
      throw refusal(
        "cbind( ) of a binomial response takes two columns", found: "'\(formula.response)'",
        expected: "cbind(successes, failures)", advice: "e.g. cbind(hits, trials - hits)")
    }
    let arithmetic = Arithmetic(frame: frame)
    let (successes, failures) = (
      try arithmetic.evaluate(arguments[0].value), try arithmetic.evaluate(arguments[1].value)
    )
    for row in successes.indices {
      for value in [successes[row], failures[row]]
      where !(value >= 0 && Self.isWhole(value) && value < 0x1p53) {
        throw refusal(
          "the response '\(formula.response)' does not fit the family",
          found: ModelFrame.levelText(value), expected: "whole numbers of 0 and more",
          advice: "mend the row", row: row)
      }
    }
    sizes = zip(successes, failures).map { $0 + $1 }
    values = zip(successes, sizes).map { $1 > 0 ? $0 / $1 : 0 }
  }

  /// A response that is text or `factor(x)` as levels, the reference first; nil for numbers.
  private func codes(
    _ expression: FormulaExpression
  ) throws(ModelError) -> (levels: [String], labels: [String])? {
    let name: String
    switch expression {
    case .name(let plain):
      guard case .text = try frame.column(plain) else { return nil }
      name = plain
    case .call("factor", let arguments):
      guard arguments.count == 1, case .name(let inner) = arguments[0].value else { return nil }
      name = inner
    default: return nil
    }
    return (
      try VariableCoding.orderedLevels(name, frame: frame), try frame.code(name).labels
    )
  }

  private mutating func readLevels(
    _ codes: (levels: [String], labels: [String]), weights: [Double]?
  ) throws(ModelError) {
    guard codes.levels.count == 2 else {
      throw refusal(
        "a binomial response has two levels",
        found: "\(codes.levels.count): \(codes.levels.prefix(5).joined(separator: ", "))",
        expected: "two levels, the second of which counts as success",
        advice: "join levels in a new column")
    }
    success = codes.levels[1]
    values = codes.labels.map { $0 == codes.levels[1] ? 1 : 0 }
    sizes = weights ?? [Double](repeating: 1, count: values.count)
  }

  /// 0 and 1, or proportions with numbers of trials.
  private mutating func readProportions(_ weights: [Double]?) throws(ModelError) {
    values = try Arithmetic(frame: frame).evaluate(formula.responseExpression)
    guard let weights else {
      sizes = [Double](repeating: 1, count: values.count)
      try check(
        "0 or 1",
        advice: "counts are written cbind(successes, failures), proportions need --weights"
      ) { $0 == 0 || $0 == 1 }
      return
    }
    sizes = weights
    try check("a proportion from 0 to 1", advice: "mend the row") { $0 >= 0 && $0 <= 1 }
    if let row = values.indices.first(where: { !Self.isWhole(values[$0] * sizes[$0]) }) {
      throw refusal(
        "a proportion of no whole number of successes",
        found: "\(ModelFrame.levelText(values[row])) of \(ModelFrame.levelText(sizes[row])) trials",
        expected: "proportion × trials to be a whole number",
        advice: "take --weights from the column of trials", row: row)
    }
  }
}
