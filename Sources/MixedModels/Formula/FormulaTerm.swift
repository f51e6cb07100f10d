/// A product of variables (`time:arm`); the empty product is the intercept.
struct FormulaTerm: Sendable, Equatable {
  /// Distinct variables in the order they were written.
  var factors: [FormulaExpression]

  static let intercept = FormulaTerm(factors: [])

  /// `a:b`: the union of both products.
  func crossed(with other: FormulaTerm) -> FormulaTerm {
    FormulaTerm(factors: factors + other.factors.filter { !factors.contains($0) })
  }

  /// The same product whatever the order of its variables.
  func isSame(as other: FormulaTerm) -> Bool {
    factors.count == other.factors.count && factors.allSatisfy(other.factors.contains)
  }

  /// Whether a bare variable of this name is one of the factors.
  func contains(variable: String) -> Bool { factors.contains(.name(variable)) }

  /// Whether any factor uses the variable, bare or inside a function.
  func mentions(_ variable: String) -> Bool {
    variables.contains(variable)
  }

  /// Every variable its factors use.
  var variables: Set<String> { factors.reduce(into: []) { $0.formUnion($1.variables) } }

  func removing(variable: String) -> FormulaTerm {
    FormulaTerm(factors: factors.filter { $0 != .name(variable) })
  }

  var name: String {
    factors.isEmpty ? "(Intercept)" : factors.map(\.text).joined(separator: ":")
  }
}
