/// The syntax tree of a formula's side or of arithmetic inside `I( )`.
indirect enum FormulaExpression: Sendable, Equatable {
  case number(Double, text: String)
  case name(String)
  /// A call with positional and named arguments.
  case call(String, [Argument])
  case unary(String, FormulaExpression)
  case binary(String, FormulaExpression, FormulaExpression)
  case parenthesised(FormulaExpression)

  struct Argument: Sendable, Equatable {
    var label: String?
    var value: FormulaExpression
  }

  /// The text as R deparses it, which is how terms are named.
  var text: String {
    switch self {
    case .number(_, let text): text
    case .name(let name): Self.quoted(name)
    case .call(let function, let arguments):
      Self.quoted(function) + "("
        + arguments.map { ($0.label.map { "\(Self.quoted($0)) = " } ?? "") + $0.value.text }
        .joined(separator: ", ") + ")"
    case .unary(let symbol, let operand): symbol + operand.text
    case .binary(let symbol, let left, let right):
      symbol == "^" || symbol == ":"
        ? left.text + symbol + right.text : "\(left.text) \(symbol) \(right.text)"
    case .parenthesised(let inner): "(\(inner.text))"
    }
  }

  /// A name between backticks where it would not be read back as one.
  static func quoted(_ name: String) -> String {
    let isPlain = (try? FormulaToken.tokens(of: name)) == [.name(name)]
    return isPlain ? name : "`\(name)`"
  }

  /// Every variable name in it.
  var variables: Set<String> {
    switch self {
    case .number: []
    case .name(let name): [name]
    case .call(_, let arguments):
      arguments.reduce(into: []) { $0.formUnion($1.value.variables) }
    case .unary(_, let operand): operand.variables
    case .binary(_, let left, let right): left.variables.union(right.variables)
    case .parenthesised(let inner): inner.variables
    }
  }
}
