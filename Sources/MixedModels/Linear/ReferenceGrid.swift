/// Rows of a model's fixed part at chosen settings: other numbers at their mean over the rows, other
/// factors averaged with equal weights over their levels (Searle, Speed & Milliken 1980; emmeans).
struct ReferenceGrid {
  let model: FixedEffectsPart

  /// A setting of the grid.
  struct Point {
    /// Names and values, as asked for.
    var labels: [(name: String, value: String)]
  }

  /// Every combination of the levels of factors and of settings; the first factor varies fastest,
  /// settings slowest.
  ///
  /// - Throws: `ModelError` for names and values that the model has not.
  func points(
    factors: [String], at settings: [MarginalRequest.Setting]
  ) throws(ModelError) -> [[Point]] {
    var grids: [[(String, String)]] = [[]]
    for setting in settings {
      grids = setting.values.flatMap { value in grids.map { $0 + [(setting.name, value)] } }
    }
    var combinations: [[(String, String)]] = [[]]
    for factor in factors {
      guard let levels = model.frame.bases.levels[factor] else {
        throw ModelError(
          "means are of the levels of a factor of the model", found: "'\(factor)'",
          expected: expectedFactors,
          advice: model.formula.fixedVariables.contains(factor)
            ? "set a number by 'at \(factor) = …'" : "name a factor of the fixed part")
      }
      combinations = levels.flatMap { level in combinations.map { $0 + [(factor, level)] } }
    }
    return grids.map { grid in combinations.map { Point(labels: $0 + grid) } }
  }

  private var expectedFactors: String {
    let names = model.frame.bases.levels.keys.filter(model.formula.fixedVariables.contains)
    return names.isEmpty
      ? "a model with factors" : "one of \(names.sorted().joined(separator: ", "))"
  }

  /// The row of a point.
  func row(_ point: Point) throws(ModelError) -> [Double] {
    try average(point, substitute: nil)
  }

  /// The derivative of a point's row by a variable or an expression: at its value if the point sets
  /// one, else at its mean.
  func slope(_ expression: String, _ point: Point) throws(ModelError) -> [Double] {
    try checkKnown(expression)
    let values = try values(of: expression)
    let mean = values.reduce(0, +) / Double(values.count)
    let range = (values.max() ?? 1) - (values.min() ?? 0)
    guard range > 0 else {
      throw ModelError(
        "no slope of a constant", found: "'\(expression)'", expected: "a number that varies")
    }
    let given = point.labels.first { $0.name == expression }.flatMap { Double($0.value) }
    let centre = given ?? mean
    // As emtrends; exact but for rounding where the model is a polynomial of degree two.
    let step = 0.001 * range
    let above = try average(point, substitute: (expression, centre + step))
    let below = try average(point, substitute: (expression, centre - step))
    return zip(above, below).map { ($0 - $1) / (2 * step) }
  }

  private func checkKnown(_ name: String) throws(ModelError) {
    guard model.formula.expressionTexts.contains(try canonical(name)) else {
      throw ModelError(
        "a variable or an expression that the fixed part does not have", found: "'\(name)'",
        expected: "one of \(model.formula.fixedVariables.sorted().joined(separator: ", "))")
    }
  }

  /// The values of a variable or an expression over the data.
  private func values(of expression: String) throws(ModelError) -> [Double] {
    var parser = try FormulaParser(expression)
    return try Arithmetic(frame: model.frame).evaluate(try parser.parseTerms())
  }

  /// Names of variables and expressions that stand in the fixed part.
  private func canonical(_ name: String) throws(ModelError) -> String {
    var parser = try FormulaParser(name)
    return try parser.parseTerms().text
  }

  private func average(
    _ point: Point, substitute: (name: String, value: Double)?
  ) throws(ModelError) -> [Double] {
    var numbers: [String: Double] = [:]
    var factors: [String: [String]] = [:]
    var substitutes: [String: Double] = [:]
    let bases = model.frame.bases
    for name in model.formula.fixedVariables {
      if let levels = bases.levels[name] {
        factors[name] = levels
      } else {
        let values = try model.frame.numeric(name)
        numbers[name] = values.reduce(0, +) / Double(values.count)
      }
    }
    func set(_ name: String, _ text: String, _ number: Double?) throws(ModelError) {
      if let levels = factors[name] {
        let value = number.map(VariableCoding.levelText) ?? text
        guard levels.contains(value) else {
          throw ModelError(
            "a level that '\(name)' does not have", found: "'\(text)'",
            expected: "one of \(levels.joined(separator: ", "))")
        }
        factors[name] = [value]
        return
      }
      guard let number, number.isFinite else {
        throw ModelError(
          "a setting that is not a number", found: "'\(name) = \(text)'",
          expected: "'\(name) = ' and numbers by commas")
      }
      if numbers[name] != nil { numbers[name] = number } else { substitutes[name] = number }
    }
    for label in point.labels { try set(label.name, label.value, Double(label.value)) }
    if let substitute { try set(substitute.name, "", substitute.value) }
    for name in substitutes.keys { try checkKnown(name) }
    var rows: [[String: String]] = [[:]]
    for (name, levels) in factors.sorted(by: { $0.key < $1.key }) {
      rows = rows.flatMap { row in levels.map { row.merging([name: $0]) { $1 } } }
    }
    let count = rows.count
    var columns: [String: ModelFrame.Column] = [:]
    for (name, value) in numbers {
      columns[name] = .numeric([Double](repeating: value, count: count))
    }
    for name in factors.keys { columns[name] = .text(rows.map { $0[name, default: ""] }) }
    var frame = ModelFrame(rowCount: count, columns: columns)
    frame.bases = bases
    // Subjects of the grid are none of the data's: what is given is their mean.
    frame.subjects = (0..<count).map { "\u{0}\($0)" }
    for (name, value) in substitutes {
      frame.substitutes[try canonical(name)] = [Double](repeating: value, count: count)
    }
    let coded = try FixedColumns(model.formula, frame: frame).matrix
    return (0..<coded.columns).map { column in
      (0..<count).reduce(0) { $0 + coded[$1, column] } / Double(count)
    }
  }
}

extension Formula {
  /// The texts of all expressions within the fixed part's terms.
  var expressionTexts: Set<String> {
    func texts(_ expression: FormulaExpression) -> [String] {
      switch expression {
      case .number: []
      case .name: [expression.text]
      case .call(_, let arguments):
        [expression.text] + arguments.flatMap { texts($0.value) }
      case .unary(_, let inner), .parenthesised(let inner): [expression.text] + texts(inner)
      case .binary(_, let left, let right): [expression.text] + texts(left) + texts(right)
      }
    }
    return Set(fixed.flatMap(\.factors).flatMap(texts))
  }
}
