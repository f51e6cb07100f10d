import Foundation
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("The formula language")
struct FormulaTests {
  static let frame = ModelFrame(
    rowCount: 6,
    columns: [
      "time": .numeric([0, 1, 2, 0, 1, 3]), "age": .numeric([30, 30, 30, 40, 40, 40]),
      "arm": .text(["b", "b", "b", "a", "a", "a"]),
      "batch": .text(["x", "y", "z", "x", "y", "z"]),
      "dose": .numeric([1, 2, 10, 1, 2, 10]),
    ])

  static func matrices(
    _ terms: String, random: String = "(1 + time | donor)", frame: ModelFrame = frame
  ) throws -> ModelMatrices {
    try ModelMatricesBuilder(formula: Formula("y ~ \(terms) + \(random)"), frame: frame)
      .build(donorOfSample: [0, 0, 0, 1, 1, 1])
  }

  @Test(
    "expands operators as R does",
    arguments: [
      ("time * arm", ["(Intercept)", "time", "armb", "time:armb"]),
      ("0 + time", ["time"]), ("time - 1", ["time"]), ("-1 + time", ["time"]),
      ("1", ["(Intercept)"]), ("time + age - age", ["(Intercept)", "time"]),
      (
        "(time + age + arm)^2 - time:age",
        [
          "(Intercept)", "time", "age", "armb", "time:armb", "age:armb",
        ]
      ),
      ("arm/time", ["(Intercept)", "armb", "arma:time", "armb:time"]),
      ("time:age + time", ["(Intercept)", "time", "time:age"]),
      ("I(time^2) + log(age)", ["(Intercept)", "I(time^2)", "log(age)"]),
      ("poly(time, 2)", ["(Intercept)", "poly(time, 2)1", "poly(time, 2)2"]),
      ("ns(time, df = 2)", ["(Intercept)", "ns(time, df = 2)1", "ns(time, df = 2)2"]),
      ("factor(dose)", ["(Intercept)", "factor(dose)2", "factor(dose)10"]),
      ("0 + batch", ["batchx", "batchy", "batchz"]),
      ("time + time:arm", ["(Intercept)", "time", "time:armb"]),
      ("time:arm", ["(Intercept)", "time:arma", "time:armb"]),
      ("center(age, at = 35) + scale(age)", ["(Intercept)", "center(age, at = 35)", "scale(age)"]),
    ])
  func expands(terms: String, names: [String]) throws {
    #expect(try Self.matrices(terms).fixedNames == names)
  }

  @Test("codes factors by treatment contrasts against the chosen reference")
  func contrasts() throws {
    let first = try Self.matrices("batch")
    #expect(first.fixed.column(1) == [0, 1, 0, 0, 1, 0])
    var frame = Self.frame
    frame.referenceLevels = ["batch": "z"]
    let chosen = try Self.matrices("batch", frame: frame)
    #expect(chosen.fixedNames == ["(Intercept)", "batchx", "batchy"])
  }

  @Test("computes arithmetic")
  func arithmetic() throws {
    let m = try Self.matrices("I((time + 1)^2 / 2) + center(age, at = 35) + center(time)")
    #expect(m.fixed.column(1) == [0.5, 2, 4.5, 0.5, 2, 8])
    #expect(m.fixed.column(2) == [-5, -5, -5, 5, 5, 5])
    #expect(abs(m.fixed.column(3).reduce(0, +)) < 1e-15)
  }

  /// Columns of `reference/bases/expected.tsv`, made by R.
  static func storedBases() throws -> [String: [Double]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "reference/bases/expected.tsv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: "\t") }
    return Dictionary(
      uniqueKeysWithValues: lines[0].indices.map { column in
        (String(lines[0][column]), lines.dropFirst().compactMap { Double($0[column]) })
      })
  }

  @Test("has R's orthogonal polynomials")
  func polynomials() throws {
    let stored = try Self.storedBases()
    let x = try #require(stored["x"])
    let columns = try OrthogonalPolynomials(x, degree: 3, text: "poly(x, 3)").columns(x)
    for (degree, column) in columns.enumerated() {
      let expected = try #require(stored["poly\(degree + 1)"])
      // The stored numbers have 15 digits.
      for (value, wanted) in zip(column, expected) { #expect(abs(value - wanted) < 1e-13) }
    }
  }

  @Test("spans what R's natural splines span")
  func splines() throws {
    let stored = try Self.storedBases()
    let x = try #require(stored["x"])
    let columns = try NaturalSpline(x, degreesOfFreedom: 3, text: "ns(x, df = 3)").columns(x)
    #expect(columns.count == 3)
    let ones = [Double](repeating: 1, count: x.count)
    let basis = try OrthonormalBasis(Matrix(rows: x.count, columns: [ones] + columns))
    for name in ["ns1", "ns2", "ns3"] {
      let theirs = Matrix(rows: x.count, columns: [try #require(stored[name])])
      let projected = basis.q * (basis.q.transposed * theirs)
      for row in 0..<x.count { #expect(abs(projected[row, 0] - theirs[row, 0]) < 1e-12) }
    }
  }

  @Test("separates genotype columns and knows which are tested")
  func genotype() throws {
    let m = try Self.matrices("time * genotype + age + genotype:arm")
    #expect(m.fixedNames == ["(Intercept)", "time", "age"])
    #expect(m.genotypeNames == ["genotype", "time:genotype", "armb:genotype"])
    #expect(m.testedColumns == [1])
    #expect(m.genotype.column(1) == [0, 1, 2, 0, 1, 3])
  }

  @Test(
    "reads random parts",
    arguments: [
      ("(1 + time | donor)", RandomEffectShape.full, ["(Intercept)", "time"]),
      ("(time | donor)", .full, ["(Intercept)", "time"]),
      ("(1 + time || donor)", .diagonal, ["(Intercept)", "time"]),
      ("(1 | donor)", .scalar, ["(Intercept)"]), ("(0 + time | donor)", .scalar, ["time"]),
    ])
  func random(text: String, shape: RandomEffectShape, names: [String]) throws {
    let m = try Self.matrices("time", random: text)
    #expect(m.shape == shape)
    #expect(m.randomNames == names)
  }

  @Test(
    "refuses what it cannot read, saying what was found",
    arguments: [
      ("y ~ time +", "its end"), ("y time", "'time'"), ("y ~ (time", "its end"),
      ("y ~ time $ age", "'$'"), ("y ~ 2 * time + (1 | donor)", "'2'"),
      ("y ~ time + 1 | donor", "'time + 1 | donor'"), ("y ~ `time", "y ~ `time"),
      ("y ~ unknown + (1 | donor)", "'unknown'"), ("y ~ exp(arm) + (1 | donor)", "'b'"),
      ("y ~ foo(time) + (1 | donor)", "'foo'"), ("y ~ time + (1 | family)", "'family'"),
      ("y ~ time", "none"), ("y ~ log(time) + (1 | donor)", "-inf"),
      ("y ~ factor(genotype) + (1 | donor)", "'factor(genotype)'"),
      ("y ~ time + (1 + time | donor + batch)", "'donor + batch'"),
      ("y ~ (age + (1 | donor))", "'(age + (1 | donor))'"),
      ("y ~ age * (time + (1 | donor))", "'(time + (1 | donor))'"),
      ("y ~ I(age * 1e200):I(dose * 1e200) + (1 | donor)", "a product beyond 1e308"),
    ])
  func refuses(text: String, found: String) throws {
    let error = #expect(throws: ModelError.self) {
      try ModelMatricesBuilder(formula: Formula(text), frame: Self.frame)
        .build(donorOfSample: [0, 0, 0, 1, 1, 1])
    }
    #expect(error?.found == found)
  }

  @Test(
    "prints what reads back as the same formula",
    arguments: [
      "y ~ `odd name`(time)", "y ~ center(time, `at x` = 3)", "y ~ `.5` + `1` + `` + `a\n`",
      "y ~ `_` + . + ü + `a b`:`c~d`", "`r s` | q ~ 0 - -time + (0 + `x y` || `g h`)",
    ])
  func printsReadable(text: String) throws {
    let formula = try Formula(text)
    #expect(try Formula(formula.text) == formula)
  }

  @Test(
    "refuses formulas that would exhaust the stack or the memory",
    arguments: [
      ("y ~ " + String(repeating: "(", count: 100_000), "100002 names, numbers and operators"),
      ("y ~ " + String(repeating: "(", count: 2000) + "x", "more than 100 levels"),
      ("y ~ " + String(repeating: "-", count: 2000) + "x", "more than 100 levels"),
      ("y ~ " + String(repeating: "x^", count: 2000) + "2", "more than 100 levels"),
      ("y ~ " + (0..<40).map { "x\($0)" }.joined(separator: " * "), "2047 or more"),
      ("y ~ (" + (0..<40).map { "x\($0)" }.joined(separator: " + ") + ")^16", "32800 or more"),
      ("y ~ " + (0..<2400).map { "x\($0)" }.joined(separator: " + "), "2001 or more"),
    ])
  func refusesEndless(text: String, found: String) throws {
    let error = #expect(throws: ModelError.self) { try Formula(text) }
    #expect(error?.found == found)
  }

  @Test("reads formulas as long as they may be")
  func longest() throws {
    let text = "y ~ " + [String](repeating: "x", count: 2499).joined(separator: " - ")
    #expect(try Formula(text).text == "y ~ 1")
  }

  @Test("prints the formula it will fit")
  func prints() throws {
    let formula = try Formula("y~time*genotype+`odd name`+(1+time||donor)")
    #expect(
      formula.text == "y ~ time + genotype + `odd name` + time:genotype + (1 + time || donor)")
    #expect(
      try formula.replacingRandom(with: "(1 | donor)").text
        == "y ~ time + genotype + `odd name` + time:genotype + (1 | donor)")
    #expect(throws: ModelError.self) { try formula.replacingRandom(with: "time") }
    #expect(formula.variables == ["time", "genotype", "odd name", "donor"])
  }
}
