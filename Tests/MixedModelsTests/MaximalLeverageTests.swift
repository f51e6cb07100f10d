import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Samples and donors of leverage 1")
struct MaximalLeverageTests {
  /// Eight donors with three visits each, and further columns of donor and row.
  private static func matrices(
    _ columns: [(name: String, value: (_ donor: Int, _ row: Int) -> Double)]
  ) -> ModelMatrices {
    let rows = 24
    let time = (0..<rows).map { Double($0 % 3) - 1 }
    let ones = [Double](repeating: 1, count: rows)
    let fixed =
      [ones, time] + columns.map { column in (0..<rows).map { column.value($0 / 3, $0) } }
    return ModelMatrices(
      fixed: Matrix(rows: rows, columns: fixed),
      fixedNames: ["(Intercept)", "time"] + columns.map(\.name),
      genotype: Matrix(rows: rows, columns: [ones, time]),
      genotypeNames: ["genotype", "time:genotype"], testedColumns: [1],
      random: Matrix(rows: rows, columns: [ones, time]), shape: .full,
      randomNames: ["(Intercept)", "time"], donorOfSample: (0..<rows).map { $0 / 3 })
  }

  @Test("there are none in an ordinary model")
  func none() {
    let matrices = Self.matrices([
      ("age", { donor, _ in Double(donor * donor) }), ("rin", { _, row in Double(row % 5) }),
      ("siteB", { donor, _ in donor < 2 ? 1 : 0 }),
    ])
    #expect(MaximalLeverage.all(in: matrices).isEmpty)
  }

  @Test("a level of one sample is that sample's, a level of one donor that donor's")
  func levels() {
    let matrices = Self.matrices([
      ("batchB", { _, row in row == 7 ? 1e-3 : 0 }),
      ("siteC", { donor, _ in donor == 5 ? 1 : 0 }),
    ])
    #expect(
      MaximalLeverage.all(in: matrices) == [
        MaximalLeverage(unit: .sample(7), columns: ["batchB"], isCombination: false),
        MaximalLeverage(unit: .donor(5), columns: ["siteC"], isCombination: false),
      ])
  }

  @Test("a reference level of one donor is found in the combination of the others")
  func reference() {
    let matrices = Self.matrices([
      ("siteB", { donor, _ in (1..<4).contains(donor) ? 1 : 0 }),
      ("siteC", { donor, _ in donor >= 4 ? 1 : 0 }),
    ])
    #expect(
      MaximalLeverage.all(in: matrices) == [
        MaximalLeverage(
          unit: .donor(0), columns: ["(Intercept)", "siteB", "siteC"], isCombination: true)
      ])
  }

  @Test("a donor with a level and its slope is named once, beside its samples")
  func slopes() {
    let matrices = Self.matrices([
      ("siteB", { donor, _ in donor == 2 ? 1 : 0 }),
      ("siteB:time", { donor, row in donor == 2 ? Double(row % 3) - 1 : 0 }),
      ("batchX", { _, row in row == 20 ? 1 : 0 }),
    ])
    #expect(
      MaximalLeverage.all(in: matrices) == [
        MaximalLeverage(unit: .donor(2), columns: ["siteB", "siteB:time"], isCombination: false),
        MaximalLeverage(unit: .sample(20), columns: ["batchX"], isCombination: false),
      ])
  }

  @Test("those named are fitted exactly whatever the response, the others are not")
  func residuals() throws {
    let matrices = Self.matrices([
      ("batchB", { _, row in row == 7 ? 1 : 0 }), ("age", { donor, _ in Double(donor * donor) }),
    ])
    let basis = try OrthonormalBasis(matrices.fixed)
    let response = (0..<24).map { Double(($0 * 7919) % 31) }
    let fitted = basis.q * (basis.q.transposed * response)
    let exact = response.indices.filter { abs(fitted[$0] - response[$0]) < 1e-10 }
    #expect(exact == [7])
    #expect(MaximalLeverage.all(in: matrices).map(\.unit) == [.sample(7)])
  }
}
