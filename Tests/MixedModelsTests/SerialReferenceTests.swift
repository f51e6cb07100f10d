import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import MixedModels

@Suite("nlme's fits with correlated residuals and SDs that differ")
struct SerialReferenceTests {
  struct Expected: Decodable, Sendable, CustomTestStringConvertible {
    struct Coefficient: Decodable, Sendable {
      var term: String
      var estimate: Double
      var se: Double
    }
    var model: String
    var criterion: String
    var deviance: Double
    var fixed: [Coefficient]
    var covariance: [[Double]]
    var sdResidual: Double
    var parameters: [String: Double]
    var testDescription: String { "\(model) by \(criterion)" }
  }

  static let expected: [Expected] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "reference/serial/expected.json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try? decoder.decode([Expected].self, from: data)) ?? []
  }()

  /// A table of the classics.
  private struct Table {
    var columns: [String: [String]] = [:]

    init(_ name: String) throws {
      let text = try String(
        contentsOfFile: TestData.path("classics/\(name).csv"), encoding: .utf8)
      let rows = text.split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",").map { $0.filter { $0 != "\"" } }
      }
      for (place, name) in rows[0].enumerated() {
        columns[String(name)] = rows.dropFirst().map { String($0[place]) }
      }
    }

    func numbers(_ name: String) -> [Double] {
      columns[name, default: []].map { Double($0) ?? .nan }
    }

    func levels(_ name: String) -> (of: [Int], names: [String]) {
      let names = Array(Set(columns[name, default: []])).sorted()
      return (columns[name, default: []].map { names.firstIndex(of: $0) ?? 0 }, names)
    }

    /// 1 where a row has the level.
    func indicator(_ name: String, _ level: String) -> [Double] {
      columns[name, default: []].map { $0 == level ? 1 : 0 }
    }
  }

  private struct Model {
    var response: [Double]
    var fixed: [[Double]]
    var random: [[Double]]
    var subject: (of: [Int], names: [String])
    var residual: ResidualVariance
  }

  private static func times(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(*) }

  private static func serial(
    _ subject: [Int], _ times: [Double], allowsNegative: Bool
  ) -> ResidualVariance {
    var residual = ResidualVariance.homogeneous(samples: times.count)
    residual.serial = SerialCorrelation(
      subjectOfRow: subject, times: times, allowsNegative: allowsNegative)
    return residual
  }

  private static func model(_ name: String) throws -> Model {
    let family = name.split(separator: "_")[0]
    switch family {
    case "ovary": return try ovary(isSigned: name == "ovary_ar1")
    case "weight": return try weight(name)
    case "orthodont": return try orthodont(name)
    default: return try dialyzer(name)
    }
  }

  private static func ovary(isSigned: Bool) throws -> Model {
    let table = try Table("Ovary")
    let mare = table.levels("Mare")
    let time = table.numbers("Time")
    // The visit's rank within its mare.
    let visit = time.indices.map { i in
      Double(time.indices.count { mare.of[$0] == mare.of[i] && time[$0] <= time[i] })
    }
    let ones = time.map { _ in 1.0 }
    return Model(
      response: table.numbers("follicles"),
      fixed: [ones, time.map { sin(2 * .pi * $0) }, time.map { cos(2 * .pi * $0) }],
      random: [ones], subject: mare,
      residual: serial(mare.of, isSigned ? visit : time, allowsNegative: isSigned))
  }

  private static func weight(_ name: String) throws -> Model {
    let table = try Table("BodyWeight")
    let rat = table.levels("Rat")
    let time = table.numbers("Time")
    let ones = time.map { _ in 1.0 }
    let (second, third) = (table.indicator("Diet", "2"), table.indicator("Diet", "3"))
    var residual = serial(rat.of, time, allowsNegative: name == "weight_ar1")
    if name == "weight_power_car1" { residual = .power(time).combined(with: residual) }
    return Model(
      response: table.numbers("weight"),
      fixed: [ones, time, second, third, times(time, second), times(time, third)],
      random: [ones, time], subject: rat, residual: residual)
  }

  private static func orthodont(_ name: String) throws -> Model {
    let table = try Table("Orthodont")
    let subject = table.levels("Subject")
    let age = table.numbers("age")
    let ones = age.map { _ in 1.0 }
    let male = table.indicator("Sex", "Male")
    let sex = table.levels("Sex")
    let isSerial = name == "orthodont_sex_ar1"
    var residual = ResidualVariance.strata(levelOfRow: sex.of, levelNames: sex.names)
    if isSerial {
      residual = residual.combined(with: serial(subject.of, age, allowsNegative: true))
    }
    return Model(
      response: table.numbers("distance"), fixed: [ones, age, male, times(age, male)],
      random: isSerial ? [ones] : [ones, age], subject: subject, residual: residual)
  }

  private static func dialyzer(_ name: String) throws -> Model {
    let table = try Table("Dialyzer")
    let subject = table.levels("Subject")
    let pressure = table.numbers("pressure")
    var powers = [pressure.map { _ in 1.0 }]
    for _ in 0..<4 { powers.append(times(powers[powers.count - 1], pressure)) }
    let flow = table.indicator("QB", "300")
    var residual =
      name == "dialyzer_exp" ? ResidualVariance.exponential(pressure) : .power(pressure)
    if name == "dialyzer_power_qb" {
      let levels = table.levels("QB")
      residual = ResidualVariance.strata(levelOfRow: levels.of, levelNames: levels.names)
        .combined(with: residual)
    }
    if name == "dialyzer_power_ar1" {
      residual = residual.combined(
        with: serial(subject.of, table.numbers("index"), allowsNegative: true))
    }
    return Model(
      response: table.numbers("rate"),
      fixed: powers + [flow] + powers.dropFirst().map { times($0, flow) },
      random: name == "dialyzer_power_ar1" ? [powers[0]] : Array(powers[..<3]),
      subject: subject, residual: residual)
  }

  /// nlme's name of a parameter.
  private static func theirs(_ name: String) -> Set<String> {
    switch name {
    case "exp": ["expon"]
    case "power": ["power", "B.power"]
    default: [name, name.replacing("ratio:", with: ""), name.replacing("ratio:", with: "A.")]
    }
  }

  @Test(
    "are ours",
    .enabled(
      if: TestData.has("classics/Ovary.csv"), "no classics in $SLOPEQTL_TEST_DATA"),
    arguments: expected)
  func agrees(_ item: Expected) throws {
    let model = try Self.model(item.model)
    let n = model.response.count
    let (residual, units) = model.residual.standardised()
    let basis = try OrthonormalBasis(Matrix(rows: n, columns: model.fixed), tolerance: 1e-12)
    let term = RandomTerm(
      group: "subject", columns: Matrix(rows: n, columns: model.random),
      columnNames: model.random.indices.map { "c\($0)" }, levelOfRow: model.subject.of,
      levelNames: model.subject.names)
    let isRestricted = item.criterion == "reml"
    let made = StructuredCriterion(
      design: StructuredDesign(terms: [term], residual: residual),
      criterion: isRestricted ? .reml : .ml, fixedCount: basis.q.columns, isExtended: false)
    made.load(basis.q, at: 0)
    made.load(response: model.response)
    let optimum = try #require(made.optimum())
    #expect(optimum.status == .ok)
    let nu = made.degreesOfFreedom
    let deviance =
      made.value + nu * (1 + log(2 * .pi / nu)) + (isRestricted ? 2 * basis.logDeterminant : 0)
    // nlme's searches end up to 1e-7 above their lowest; its quantities are right to the root of that.
    #expect(abs(deviance - item.deviance) < 2e-6)
    let inference = StructuredInference(criterion: made, optimum: optimum, method: .infinite)
    for (column, coefficient) in item.fixed.enumerated() {
      let contrast = (0..<basis.q.columns).map { basis.inverseR[column, $0] }
      let estimate = inference.estimate(contrast)
      #expect(
        abs(estimate.value - coefficient.estimate) < 3e-4 * coefficient.se, "\(coefficient.term)")
      #expect(abs(estimate.standardError / coefficient.se - 1) < 3e-4, "\(coefficient.term)")
    }
    let phi = Array(optimum.x[made.parameters.covarianceCount...])
    let sigma = units.variance(inference.residualVariance, phi: phi).squareRoot()
    #expect(abs(sigma / item.sdResidual - 1) < 3e-4)
    let names = model.residual.names
    let logs = model.residual.areRatios + [false]
    for (place, value) in units.parameters(phi).enumerated() {
      let ours = logs[place] ? exp(value) : value
      let known = item.parameters.first { Self.theirs(names[place]).contains($0.key) }
      let theirs = try #require(known, "\(names[place])").value
      #expect(abs(ours - theirs) < 3e-4 * max(abs(theirs), 1e-4), "\(names[place])")
    }
    let rotation = made.design.rotations[0]
    let d = rotation * (made.parameters.covariance(0, of: optimum.x) * rotation.transposed)
    for i in 0..<d.rows {
      for j in 0..<d.columns {
        let scale = (item.covariance[i][i] * item.covariance[j][j]).squareRoot()
        let ours = inference.residualVariance * d[i, j]
        #expect(abs(ours - item.covariance[i][j]) < 1e-3 * scale, "\(i), \(j)")
      }
    }
  }
}
