/// What the columns of a formula took from the data they were made on: levels, means, knots. Rows to
/// predict are coded by it, so that their columns mean the same (R's "safe prediction").
struct CodingBases: Sendable {
  /// The moments that `center( )` and `scale( )` use.
  struct Moments: Sendable, Equatable {
    var mean: Double
    /// Of n − 1.
    var deviation: Double

    init(_ values: [Double]) {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      deviation =
        (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    }
  }

  /// By variable: the levels of a factor, the reference first.
  var levels: [String: [String]] = [:]
  /// By the expression's text.
  var moments: [String: Moments] = [:]
  var polynomials: [String: OrthogonalPolynomials] = [:]
  var splines: [String: NaturalSpline] = [:]
  /// Means of subjects, for `within( )` and `between( )`.
  var subjectMeans: [String: [String: Double]] = [:]
  /// By variable: the levels of a residual SD, the reference first.
  var residualLevels: [String: [String]] = [:]

  init() {}

  /// The bases of every expression of a formula.
  init(_ formula: Formula, frame: ModelFrame) throws(ModelError) {
    for term in formula.fixed + formula.random.flatMap(\.terms) {
      for factor in term.factors { try learn(factor, frame: frame) }
    }
  }

  private mutating func learnLevels(_ name: String, frame: ModelFrame) throws(ModelError) {
    let ordered = try VariableCoding.orderedLevels(name, frame: frame)
    // A factor of one level has no contrast: it would vanish from the model without a word.
    guard ordered.count > 1 else { throw VariableCoding.oneLevel(name, ordered) }
    levels[name] = ordered
  }

  private mutating func learn(
    _ expression: FormulaExpression, frame: ModelFrame
  ) throws(ModelError) {
    switch expression {
    case .number: return
    case .name(let name):
      if case .text = try frame.column(name) { try learnLevels(name, frame: frame) }
    case .parenthesised(let inner), .unary(_, let inner): try learn(inner, frame: frame)
    case .binary(_, let left, let right):
      try learn(left, frame: frame)
      try learn(right, frame: frame)
    case .call("factor", let arguments):
      guard case .name(let name)? = arguments.first?.value else { return }
      try learnLevels(name, frame: frame)
    case .call("poly", let arguments):
      let (x, degree) = try VariableCoding.basisArguments(
        expression, arguments, frame: frame, label: "degree")
      polynomials[expression.text] = try OrthogonalPolynomials(
        x, degree: degree, text: expression.text)
      try learn(arguments[0].value, frame: frame)
    case .call("ns", let arguments):
      let (x, df) = try VariableCoding.basisArguments(
        expression, arguments, frame: frame, label: "df")
      splines[expression.text] = try NaturalSpline(
        x, degreesOfFreedom: df, text: expression.text)
      try learn(arguments[0].value, frame: frame)
    case .call(let function, let arguments):
      guard let first = arguments.first else { return }
      switch function {
      case "center" where arguments.count == 1, "scale":
        moments[expression.text] = Moments(try Arithmetic(frame: frame).evaluate(first.value))
      case "within", "between":
        subjectMeans[SubjectMeans.key(arguments)] = try SubjectMeans.table(
          expression, arguments, frame: frame)
      default: break
      }
      try learn(first.value, frame: frame)
    }
  }
}
