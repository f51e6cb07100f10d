@testable import MixedModels

/// Formulas, and the model matrices they make.
enum FormulaTarget: FuzzTarget {
  static let name = "formula"
  static let words = [
    "expression ~ ", "genotype", "time", "donor", "age", "arm", "(1 + time | donor)", " || ",
    "poly(time, 2)", "ns(time, df = 3)", "log(", "center(", ", at = ", "scale(", "factor(", "I(",
    " ~ ", " : ", " * ", "^2", "`", "0 + ", " - 1",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [
      "expression ~ time * genotype + age + (1 + time | donor)",
      "expression ~ 0 + poly(time, 2) * genotype + factor(arm) + (1 | donor)",
      "y ~ (age + arm + time)^2 - age:arm + genotype:time + (1 + time || donor)",
      "expression ~ ns(time, df = 3) + `odd name` + I(age^2 / 10) + log(age) + (0 + time | donor)",
      "expression ~ center(age, at = -50) / arm + scale(time) - 1 + genotype + (1 | donor)",
    ].map { Array($0.utf8) }
  }

  private static let frame = ModelFrame(
    rowCount: 8,
    columns: [
      "time": .numeric([0, 1, 2, 3, 0, 1.5, 2.5, 4]),
      "age": .numeric([50, 50, 50, 50, 61, 61, 61, 61]),
      "arm": .text(["a", "a", "a", "a", "b", "b", "b", "b"]),
      "visit": .text(["p", "q", "r", "p", "q", "r", "p", "q"]),
    ])

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let text = String(decoding: input, as: UTF8.self)
    try checkRandom(text)
    let formula: Formula
    do throws(ModelError) { formula = try Formula(text) } catch {
      try require(!error.what.isEmpty, "an empty message")
      return
    }
    try requireSame(try? Formula(formula.text), formula, "the formula written again")
    _ = formula.variables
    let builder = ModelMatricesBuilder(formula: formula, frame: frame)
    let donors = [0, 0, 0, 0, 1, 1, 1, 1]
    guard let model = try? builder.build(donorOfSample: donors) else { return }
    let bars = try FormulaToken.tokens(of: text).count { $0 == .symbol("|") || $0 == .symbol("||") }
    try require(bars == 1 || formula.response.contains("|"), "a random part lost")
    try require(
      model.fixed.columns == model.fixedNames.count
        && model.genotype.columns == model.genotypeNames.count
        && model.testedColumns.allSatisfy { $0 < model.genotype.columns }, "names of columns")
    for column in 0..<model.fixed.columns {
      for row in 0..<model.fixed.rows {
        try require(model.fixed[row, column].isFinite, "column \(model.fixedNames[column])")
      }
    }
  }

  private static func checkRandom(_ text: String) throws {
    let plain = try Formula("expression ~ time")
    guard let replaced = try? plain.replacingRandom(with: text) else { return }
    try requireSame(try? Formula(replaced.text), replaced, "the random part written again")
  }
}
