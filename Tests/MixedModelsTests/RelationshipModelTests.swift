import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import MixedModels

@Suite("Models with a relationship matrix")
struct RelationshipModelTests {
  /// The numbers of `reference/gmmat/expected.tsv`, by a dense fit; GMMAT's own agree with it in the
  /// digits that it prints.
  static let kinship = (
    deviance: 8902.6142691668, time: 1.0701017164505,
    donor: (0.54435211753948, -0.24691690311029, 0.6931900216193),
    kinship: (1.5056890027993, 1.2539353554074, 1.169089174508), residual: 2.0139757916667
  )
  static let independent = (
    deviance: 8912.4515826238, time: 1.0189475,
    donor: (1.8949301324002, 0.87489156268224, 1.740390425589), residual: 2.0139757916667
  )

  private struct Data {
    var ids: [String] = []
    var person: [Int] = []
    var fixed: [[Double]] = []
    var response: [Double] = []
    var relationship = Matrix(rows: 0, columns: 0)

    init() throws {
      for line in try Self.lines(["cat", TestData.path("gmmat/pheno2.txt")]).dropFirst() {
        let fields = line.split(separator: "\t").map(String.init)
        if !ids.contains(fields[0]) { ids.append(fields[0]) }
        person.append(try #require(ids.firstIndex(of: fields[0])))
        fixed.append([1, try #require(Double(fields[4])), try #require(Double(fields[3]))])
        response.append(try #require(Double(fields[2])))
      }
      let table = try Self.lines(["bzip2", "-dc", TestData.path("gmmat/GRM.txt.bz2")])
      let header = table[0].split(separator: "\t").map(String.init)
      let places = ids.map { header.firstIndex(of: $0) ?? -1 }
      let rows = Dictionary(
        uniqueKeysWithValues: table.dropFirst().map { line in
          let fields = line.split(separator: "\t").map(String.init)
          return (fields[0], fields.dropFirst().map { Double($0) ?? .nan })
        })
      relationship = Matrix(
        rows: ids.count,
        columns: places.map { place in ids.map { rows[$0]?[place] ?? .nan } })
    }

    private static func lines(_ command: [String]) throws -> [String] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = command
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func term(_ relationship: Matrix? = nil) -> RandomTerm {
      RandomTerm(
        group: "person",
        columns: Matrix(
          rows: person.count, columns: [fixed.map { $0[0] }, fixed.map { $0[2] }]),
        columnNames: ["(Intercept)", "time"], levelOfRow: person, levelNames: ids,
        relationship: relationship)
    }

    /// Deviance, the coefficient of time, covariances by term and the residual variance.
    func fit(
      _ terms: [RandomTerm]
    ) throws -> (deviance: Double, time: Double, covariances: [Matrix], residual: Double) {
      let x = Matrix(rows: fixed.count, columns: (0..<3).map { j in fixed.map { $0[j] } })
      let design = StructuredDesign(
        terms: terms, residual: .homogeneous(samples: response.count))
      let criterion = StructuredCriterion(
        design: design, criterion: .reml, fixedCount: 3, isExtended: false)
      criterion.load(x, at: 0)
      criterion.load(response: response)
      let optimum = try #require(criterion.optimum())
      let nu = criterion.degreesOfFreedom
      let variance = criterion.residualSquares / nu
      let covariances = terms.indices.map { term -> Matrix in
        let phi = design.rotations[term]
        var d = phi * (criterion.parameters.covariance(term, of: optimum.x) * phi.transposed)
        for i in d.elements.indices { d.elements[i] *= variance }
        return d
      }
      return (
        criterion.value + nu * (1 + Double.log(2 * Double.pi / nu)), criterion.coefficients[2],
        covariances, variance
      )
    }
  }

  @Test(
    "GMMAT's example has its variances with and without relationship",
    .enabled(if: TestData.has("gmmat"), "data sets are not here: gmmat"))
  func gmmat() throws {
    let data = try Data()
    let plain = try data.fit([data.term()])
    #expect(abs(plain.deviance - Self.independent.deviance) < 1e-5)
    #expect(abs(plain.time - Self.independent.time) < 1e-6)
    expect(plain.covariances[0], Self.independent.donor)
    #expect(abs(plain.residual - Self.independent.residual) < 1e-5)
    let factor = try RelationshipFactor(data.relationship).factor
    let related = try data.fit([data.term(), data.term(factor)])
    #expect(abs(related.deviance - Self.kinship.deviance) < 1e-5)
    #expect(abs(related.time - Self.kinship.time) < 1e-5)
    expect(related.covariances[0], Self.kinship.donor)
    expect(related.covariances[1], Self.kinship.kinship)
    #expect(abs(related.residual - Self.kinship.residual) < 1e-5)
  }

  private func expect(_ covariance: Matrix, _ wanted: (Double, Double, Double)) {
    // Five digits: the criterion is flat, so that variances know fewer digits than deviances.
    #expect(abs(covariance[0, 0] - wanted.0) < 1e-5)
    #expect(abs(covariance[0, 1] - wanted.1) < 1e-5)
    #expect(abs(covariance[1, 1] - wanted.2) < 1e-5)
  }

  @Test("a factor keeps families apart and gives its matrix back")
  func factor() throws {
    var matrix = Matrix.identity(5)
    for (i, j) in [(0, 3), (1, 2)] {
      matrix[i, j] = 0.5
      matrix[j, i] = 0.5
    }
    let factor = try RelationshipFactor(matrix).factor
    let product = factor * factor.transposed
    for i in 0..<5 { for j in 0..<5 { #expect(abs(product[i, j] - matrix[i, j]) < 1e-12) } }
    for column in 0..<factor.columns {
      let levels = (0..<5).filter { factor[$0, column] != 0 }
      #expect([[0, 3], [1, 2], [4]].contains(levels), "\(levels)")
    }
    matrix[0, 3] = 2
    matrix[3, 0] = 2
    #expect(throws: RelationshipFactor.Indefinite.self) { try RelationshipFactor(matrix) }
  }
}
