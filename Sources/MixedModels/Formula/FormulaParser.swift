/// A recursive-descent parser with R's precedence: `^`, unary minus, `:`, `* /`, `+ -`, `| ||`.
struct FormulaParser {
  private let tokens: [FormulaToken]
  private let formula: String
  private var at = 0
  /// Parentheses, calls, signs and powers that are open.
  private var depth = 0

  /// Everything that walks a formula's tree calls itself once a level. Its levels are operators in
  /// a row, at most half of the tokens, and what is nested; the stack must hold them.
  static let maximumTokens = 5_000
  static let maximumDepth = 100

  /// - Throws: `ModelError` for characters that no formula has, and for a formula that is too long.
  init(_ formula: String) throws(ModelError) {
    self.formula = formula
    tokens = try FormulaToken.tokens(of: formula)
    guard tokens.count <= Self.maximumTokens else {
      throw ModelError(
        "the formula is too long", found: "\(tokens.count) names, numbers and operators",
        expected: "at most \(Self.maximumTokens)")
    }
  }

  /// Parses `response ~ terms`.
  mutating func parseFormula() throws(ModelError) -> (
    response: FormulaExpression, terms: FormulaExpression
  ) {
    let response = try parseBar()
    try expect("~")
    let terms = try parseBar()
    try expectEnd()
    return (response, terms)
  }

  /// Parses one side.
  mutating func parseTerms() throws(ModelError) -> FormulaExpression {
    let terms = try parseBar()
    try expectEnd()
    return terms
  }

  private mutating func parseBar() throws(ModelError) -> FormulaExpression {
    var left = try parseSum()
    while let symbol = accept("|", "||") { left = .binary(symbol, left, try parseSum()) }
    return left
  }

  private mutating func parseSum() throws(ModelError) -> FormulaExpression {
    var left = try parseProduct()
    while let symbol = accept("+", "-") { left = .binary(symbol, left, try parseProduct()) }
    return left
  }

  private mutating func parseProduct() throws(ModelError) -> FormulaExpression {
    var left = try parseInteraction()
    while let symbol = accept("*", "/") { left = .binary(symbol, left, try parseInteraction()) }
    return left
  }

  private mutating func parseInteraction() throws(ModelError) -> FormulaExpression {
    var left = try parseUnary()
    while let symbol = accept(":") { left = .binary(symbol, left, try parseUnary()) }
    return left
  }

  /// Every way to a deeper level leads through here.
  private mutating func parseUnary() throws(ModelError) -> FormulaExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw ModelError(
        "the formula is nested too deeply", found: "more than \(Self.maximumDepth) levels",
        expected: "fewer parentheses and signs within each other")
    }
    if let symbol = accept("-", "+") { return .unary(symbol, try parseUnary()) }
    return try parsePower()
  }

  private mutating func parsePower() throws(ModelError) -> FormulaExpression {
    let base = try parsePrimary()
    guard accept("^") != nil else { return base }
    return .binary("^", base, try parseUnary())
  }

  private mutating func parsePrimary() throws(ModelError) -> FormulaExpression {
    guard at < tokens.count else { throw unexpectedEnd() }
    let token = tokens[at]
    at += 1
    switch token {
    case .number(let value, let text): return .number(value, text: text)
    case .name(let name):
      guard accept("(") != nil else { return .name(name) }
      var arguments: [FormulaExpression.Argument] = []
      if accept(")") != nil { return .call(name, []) }
      repeat { arguments.append(try parseArgument()) } while accept(",") != nil
      try expect(")")
      return .call(name, arguments)
    case .symbol("("):
      let inner = try parseBar()
      try expect(")")
      return .parenthesised(inner)
    case .symbol(let symbol):
      throw ModelError(
        "malformed formula: \(formula)", found: "'\(symbol)'", expected: "a name or a number")
    }
  }

  private mutating func parseArgument() throws(ModelError) -> FormulaExpression.Argument {
    if case .name(let label)? = tokens[safe: at], tokens[safe: at + 1] == .symbol("=") {
      at += 2
      return .init(label: label, value: try parseSum())
    }
    return .init(label: nil, value: try parseSum())
  }

  private mutating func accept(_ symbols: String...) -> String? {
    guard case .symbol(let symbol)? = tokens[safe: at], symbols.contains(symbol) else { return nil }
    at += 1
    return symbol
  }

  private mutating func expect(_ symbol: String) throws(ModelError) {
    guard accept(symbol) == nil else { return }
    guard at < tokens.count else { throw unexpectedEnd(expected: "'\(symbol)'") }
    throw ModelError(
      "malformed formula: \(formula)", found: "'\(tokens[at].text)'", expected: "'\(symbol)'",
      advice: symbol == "~" ? "write it as 'response ~ terms'" : nil)
  }

  private func expectEnd() throws(ModelError) {
    guard at < tokens.count else { return }
    throw ModelError(
      "malformed formula: \(formula)", found: "'\(tokens[at].text)'",
      expected: "an operator or the end")
  }

  private func unexpectedEnd(expected: String = "a name or a number") -> ModelError {
    ModelError("malformed formula: \(formula)", found: "its end", expected: expected)
  }
}

extension Array {
  /// The element at `index`, or nil outside the array.
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
