/// A longitudinal model in Wilkinson–Rogers notation, as lme4 writes it.
///
/// `+ - : * / ^ ( ) 0 1 -1` combine terms; `(1 + time | donor)` and `(1 + time || donor)` are
/// random parts. Terms are ordered by degree, as R orders them.
public struct Formula: Sendable, Equatable {
  /// A random part: `(terms | group)`, or `||` for uncorrelated effects.
  public struct RandomPart: Sendable, Equatable {
    var terms: [FormulaTerm]
    var isCorrelated: Bool
    /// The grouping factor: a name, or names joined by `:` whose combinations are the levels.
    public var group: String
    /// Those names.
    var groupNames: [String]
    /// The part as written, without parentheses.
    public var text: String

    /// The variables of its columns.
    var variables: Set<String> { terms.reduce(into: []) { $0.formUnion($1.variables) } }
    /// The same, in the order of the terms.
    var orderedVariables: [String] { terms.flatMap { $0.variables.sorted() } }
  }

  /// The response as written.
  public let response: String
  /// The response's syntax tree, a variable or arithmetic.
  let responseExpression: FormulaExpression
  let fixed: [FormulaTerm]
  /// The random parts, as written.
  public let random: [RandomPart]

  /// Parses `response ~ terms`.
  ///
  /// - Throws: `ModelError` naming what was found and what was expected.
  public init(_ text: String) throws(ModelError) {
    var parser = try FormulaParser(text)
    let (response, terms) = try parser.parseFormula()
    var randomParts: [RandomPart] = []
    let fixed = try Self.expand(terms, random: &randomParts)
    self.response = response.text
    responseExpression = response
    self.fixed = Self.ordered(fixed)
    random = randomParts
  }

  private init(response: FormulaExpression, fixed: [FormulaTerm], random: [RandomPart]) {
    self.response = response.text
    responseExpression = response
    self.fixed = fixed
    self.random = random
  }

  /// The same model with its random parts replaced by those of `text`, e.g. `(1 | donor)`.
  public func replacingRandom(with text: String) throws(ModelError) -> Formula {
    var parser = try FormulaParser(text)
    var parts: [RandomPart] = []
    var rest = try Self.expand(try parser.parseTerms(), random: &parts)
    rest.removeAll { $0.factors.isEmpty }
    guard rest.isEmpty, !parts.isEmpty else {
      throw ModelError(
        "not a random part", found: "'\(text)'", expected: "a term such as '(1 + time | donor)'")
    }
    return Formula(response: responseExpression, fixed: fixed, random: parts)
  }

  /// The same model with another expression in place of a bare variable of the fixed part, e.g.
  /// `poly(time, 2)` for `time`.
  public func replacingFixed(variable: String, by text: String) throws(ModelError) -> Formula {
    var parser = try FormulaParser(text)
    let expression = try parser.parseTerms()
    var replaced: [FormulaTerm] = []
    for term in fixed {
      let new = FormulaTerm(
        factors: term.factors.map { $0 == .name(variable) ? expression : $0 })
      if !replaced.contains(where: new.isSame) { replaced.append(new) }
    }
    return Formula(response: responseExpression, fixed: replaced, random: random)
  }

  /// The same model with the random parts of `text` added, e.g. `(1 | batch)`.
  public func addingRandom(_ text: String) throws(ModelError) -> Formula {
    let more = try replacingRandom(with: text).random
    return Formula(
      response: responseExpression, fixed: fixed,
      random: random + more.filter { part in !random.contains { $0.text == part.text } })
  }

  /// The names whose combinations are the levels of each random part.
  public var groupings: [[String]] { random.map(\.groupNames) }

  /// Every variable of the response.
  public var responseVariables: Set<String> { responseExpression.variables }

  /// The values of the response in rows that may lack it: NaN there.
  ///
  /// - Throws: `ModelError` for a response that is text.
  public func response(of frame: ModelFrame) throws(ModelError) -> [Double] {
    try Arithmetic(frame: frame).evaluate(responseExpression)
  }

  /// Every variable of the fixed part.
  public var fixedVariables: Set<String> {
    fixed.reduce(into: []) { $0.formUnion($1.variables) }
  }

  /// Every variable but grouping factors that are nothing else.
  public var measuredVariables: Set<String> {
    random.reduce(into: fixedVariables.union(responseVariables)) { $0.formUnion($1.variables) }
  }

  /// Every variable of the fixed and random parts, grouping factors included.
  public var variables: Set<String> {
    var names = Set(random.flatMap(\.groupNames))
    for term in fixed + random.flatMap(\.terms) { names.formUnion(term.variables) }
    return names
  }

  /// The formula as it will be fitted.
  public var text: String {
    var parts = fixed.contains(.intercept) ? [] : ["0"]
    parts += fixed.filter { !$0.factors.isEmpty }.map(\.name)
    if parts.isEmpty { parts = ["1"] }
    parts += random.map { "(\($0.text))" }
    return "\(response) ~ \(parts.joined(separator: " + "))"
  }

  /// The knots of `ns(x, df = degreesOfFreedom)`, its borders included.
  public static func splineKnots(_ x: [Double], degreesOfFreedom: Int) -> [Double] {
    NaturalSpline.knots(x, degreesOfFreedom: degreesOfFreedom)
  }

  /// A variable's name as a formula holds it: between backticks where it is no plain name.
  public static func quoted(_ name: String) -> String { FormulaExpression.quoted(name) }

  // MARK: Expansion

  /// The terms of one side; random parts are taken out.
  private static func expand(
    _ expression: FormulaExpression, random: inout [RandomPart]
  ) throws(ModelError) -> [FormulaTerm] {
    var hasIntercept = true
    var terms: [FormulaTerm] = []
    try collect(
      expression, sign: true, into: &terms, intercept: &hasIntercept, random: &random)
    return hasIntercept ? [.intercept] + terms : terms
  }

  private static func collect(
    _ expression: FormulaExpression, sign: Bool, into terms: inout [FormulaTerm],
    intercept: inout Bool, random: inout [RandomPart]
  ) throws(ModelError) {
    switch expression {
    case .binary("+", let left, let right):
      try collect(left, sign: sign, into: &terms, intercept: &intercept, random: &random)
      try collect(right, sign: sign, into: &terms, intercept: &intercept, random: &random)
    case .binary("-", let left, let right):
      try collect(left, sign: sign, into: &terms, intercept: &intercept, random: &random)
      try collect(right, sign: !sign, into: &terms, intercept: &intercept, random: &random)
    case .unary(let symbol, let operand):
      try collect(
        operand, sign: symbol == "-" ? !sign : sign, into: &terms, intercept: &intercept,
        random: &random)
    case .number(1, _): intercept = sign
    case .number(0, _): intercept = !sign
    case .parenthesised(.binary(let bar, let inner, let group)) where bar == "|" || bar == "||":
      guard sign else { throw ModelError("a random part cannot be subtracted") }
      random += try randomParts(inner, bar: bar, group: group)
    case .binary("|", _, _), .binary("||", _, _):
      throw ModelError(
        "a random part needs parentheses", found: "'\(expression.text)'",
        expected: "'(\(expression.text))'")
    default:
      for term in try products(expression) {
        if sign {
          if !terms.contains(where: term.isSame) { terms.append(term) }
          guard terms.count <= Self.maximumTerms else { throw tooManyTerms(terms.count) }
        } else {
          terms.removeAll(where: term.isSame)
        }
      }
    }
  }

  /// `(terms | a/b)` is `(terms | a) + (terms | b:a)`, as lme4 has it.
  private static func randomParts(
    _ inner: FormulaExpression, bar: String, group: FormulaExpression
  ) throws(ModelError) -> [RandomPart] {
    var none: [RandomPart] = []
    let terms = ordered(try expand(inner, random: &none))
    guard none.isEmpty else {
      throw ModelError("random parts cannot be nested", found: "'\(inner.text)'")
    }
    return try groupings(group).map { names in
      let joined = names.map(FormulaExpression.quoted).joined(separator: ":")
      return RandomPart(
        terms: terms, isCorrelated: bar == "|", group: joined, groupNames: names,
        text: "\(inner.text) \(bar) \(joined)")
    }
  }

  /// The names whose combinations are the levels, of every grouping that an expression of `/` and
  /// `:` stands for.
  private static func groupings(
    _ expression: FormulaExpression
  ) throws(ModelError) -> [[String]] {
    switch expression {
    case .name(let name): return [[name]]
    case .parenthesised(let inner): return try groupings(inner)
    case .binary("/", let outer, let inner):
      let above = try groupings(outer)
      let whole = above.reversed().reduce(into: [String]()) { names, more in
        names += more.filter { !names.contains($0) }
      }
      return above + (try groupings(inner)).map { $0 + whole }
    case .binary(":", let left, let right):
      let second = try groupings(right)
      return try groupings(left).flatMap { first in second.map { first + $0 } }
    default:
      throw ModelError(
        "malformed grouping factor", found: "'\(expression.text)'",
        expected: "a name, nested names such as family/donor, or a combination such as site:batch")
    }
  }

  /// The terms of an expression of `: * / ^` and variables.
  private static func products(
    _ expression: FormulaExpression
  ) throws(ModelError) -> [FormulaTerm] {
    switch expression {
    case .name, .call: return [FormulaTerm(factors: [expression])]
    case .parenthesised(let inner):
      var nested: [RandomPart] = []
      let terms = try expand(inner, random: &nested).filter { !$0.factors.isEmpty }
      guard nested.isEmpty else {
        throw ModelError(
          "a random part stands within another term", found: "'\(expression.text)'",
          expected: "random parts that are added to the formula by themselves",
          advice: "write '+ (\(nested[0].text))'")
      }
      return terms
    case .binary(":", let left, let right):
      return try cross(try products(left), try products(right))
    case .binary("*", let left, let right):
      let (l, r) = (try products(left), try products(right))
      return l + r + (try cross(l, r))
    case .binary("/", let left, let right):
      let l = try products(left)
      let all = l.reduce(FormulaTerm.intercept) { $0.crossed(with: $1) }
      return l + (try cross([all], try products(right)))
    case .binary("^", let base, .number(let power, _)) where power >= 1 && power <= 16:
      let terms = try products(base)
      var result = terms
      for _ in 1..<max(1, Int(power)) {
        for term in try cross(result, terms) where !result.contains(where: term.isSame) {
          result.append(term)
        }
      }
      return result
    default:
      throw ModelError(
        "malformed term in the formula", found: "'\(expression.text)'",
        expected: "names, functions and + - : * / ^",
        advice: "write arithmetic inside I( ), e.g. I(time^2)")
    }
  }

  private static func cross(
    _ left: [FormulaTerm], _ right: [FormulaTerm]
  ) throws(ModelError) -> [FormulaTerm] {
    let count = left.count * right.count
    guard count <= maximumTerms else { throw tooManyTerms(count) }
    return left.flatMap { l in right.map { l.crossed(with: $0) } }
  }

  /// Far more than there are samples to fit; a short formula such as `a * b * c * …` has billions.
  private static let maximumTerms = 2_000

  private static func tooManyTerms(_ count: Int) -> ModelError {
    ModelError(
      "the formula has too many terms", found: "\(count) or more",
      expected: "at most \(maximumTerms)", advice: "leave interactions out")
  }

  /// By degree, otherwise as written.
  private static func ordered(_ terms: [FormulaTerm]) -> [FormulaTerm] {
    let degrees = Set(terms.map(\.factors.count)).sorted()
    return degrees.flatMap { degree in terms.filter { $0.factors.count == degree } }
  }
}
