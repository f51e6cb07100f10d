import Foundation
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("lme4's sleepstudy")
struct SleepstudyTests {
  struct Expected: Decodable, Sendable, CustomTestStringConvertible {
    struct Coefficient: Decodable, Sendable {
      var term: String
      var estimate: Double
      var se: Double
      var df: Double
    }
    var formula: String
    var criterion: String
    var deviance: Double
    var fixed: [Coefficient]
    var sdIntercept: Double?
    var sdSlope: Double?
    var cor: Double?
    var sdResidual: Double
    var testDescription: String { "\(formula) by \(criterion)" }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "reference/sleepstudy")

  static let expected: [Expected] = {
    guard let data = try? Data(contentsOf: folder.appending(path: "expected.json")) else {
      return []
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try? decoder.decode([Expected].self, from: data)) ?? []
  }()

  /// Reaction, Days and Subject, subjects next to each other.
  static func frame() throws -> (frame: ModelFrame, response: [Double], subjects: [Int]) {
    let text = try String(contentsOf: folder.appending(path: "data.tsv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
    let names = rows.map { String($0[2]) }
    let order = Array(Set(names)).sorted()
    let subjects = names.map { order.firstIndex(of: $0) ?? 0 }
    let sorted = rows.indices.sorted { (subjects[$0], $0) < (subjects[$1], $1) }
    let frame = ModelFrame(
      rowCount: rows.count,
      columns: [
        "Days": .numeric(sorted.map { Double(rows[$0][1]) ?? .nan }),
        "Subject": .text(sorted.map { names[$0] }),
      ])
    return (frame, sorted.map { Double(rows[$0][0]) ?? .nan }, sorted.map { subjects[$0] })
  }

  @Test("has lme4's deviance, coefficients, degrees of freedom and components", arguments: expected)
  func agrees(_ item: Expected) throws {
    let (frame, y, subjects) = try Self.frame()
    let matrices = try ModelMatricesBuilder(formula: Formula(item.formula), frame: frame)
      .build(donorOfSample: subjects)
    let design = try DesignCrossProducts(matrices)
    let response = ResponseCrossProducts(design: design, response: y)
    let criterion = try #require(EstimationCriterion(rawValue: item.criterion))
    let null = NullFit(design: design, response: response, criterion: criterion)
    #expect(null.status == .ok)
    // The stored numbers have 12 digits at an optimum found to about 1e-9.
    #expect(abs(null.deviance - item.deviance) < 1e-7)
    let components = [
      (null.components.firstDeviation, item.sdIntercept),
      (null.components.secondDeviation, item.sdSlope),
      (null.components.correlation, item.cor),
      (null.components.residualDeviation, item.sdResidual),
    ]
    for (value, expected) in components {
      guard let expected else { continue }
      #expect(abs(value - expected) < 1e-5 * max(1, abs(expected)))
    }

    let evaluator = ProfiledCriterion(
      design: design, criterion: criterion, includesGenotype: false)
    let value = try #require(evaluator.evaluate(at: null.point, response: response, pair: nil))
    let curvature = SurfaceCurvature(
      criterion: value, point: null.point, face: null.face, shape: design.shape)
    for coefficient in item.fixed {
      let index = try #require(matrices.fixedNames.firstIndex(of: coefficient.term))
      let estimate = evaluator.estimate(
        contrast: (0..<design.fixedCount).map { design.basis.inverseR[index, $0] },
        response: response, inference: .satterthwaite(curvature))
      #expect(abs(estimate.value - coefficient.estimate) < 1e-6)
      #expect(abs(estimate.standardError / coefficient.se - 1) < 1e-5)
      #expect(abs(estimate.degreesOfFreedom / coefficient.df - 1) < 1e-4)
    }
  }

  @Test("has all six stored models")
  func count() { #expect(Self.expected.count == 6) }
}
