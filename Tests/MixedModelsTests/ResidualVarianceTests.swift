import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Residual variances")
struct ResidualVarianceTests {
  private static let levels = [0, 1, 2, 1, 0, 2, 2, 1]
  private static let values = [0.5, -2, 3, 1, 7, -0.25, 4, 2]

  /// log SD of every sample by the parameters as given.
  private static func logDeviations(_ residual: ResidualVariance, _ phi: [Double]) -> [Double] {
    (0..<residual.covariates.rows).map { row in
      phi.indices.reduce(0) { $0 + phi[$1] * residual.covariates[row, $1] }
    }
  }

  @Test("of a power are those of an exponential in the logarithm")
  func power() {
    let residual = ResidualVariance.power(Self.values)
    #expect(residual.names == ["power"])
    let deviations = Self.logDeviations(residual, [0.7]).map(exp)
    for (deviation, value) in zip(deviations, Self.values) {
      #expect(abs(deviation - pow(abs(value), 0.7)) < 1e-14 * deviation)
    }
  }

  @Test("combine as products, whatever units the fit has", arguments: [false, true])
  func combined(lacksReference: Bool) {
    let levels = Self.levels.map { lacksReference ? max(1, $0) : $0 }
    let residual = ResidualVariance.power(Self.values)
      .combined(with: .strata(levelOfRow: levels, levelNames: ["a", "b", "c"]))
      .combined(with: .exponential(Self.values.map { 1000 + $0 }))
    #expect(residual.names == ["power", "ratio:b", "ratio:c", "exp"])
    #expect(residual.dependentName == (lacksReference ? "ratio:c" : nil))
    let (standard, units) = residual.standardised()
    let phi = standard.names.indices.map { 0.3 - 0.2 * Double($0) }
    let given = units.parameters(phi)
    let sigma = units.variance(1, phi: phi).squareRoot()
    let one = Self.logDeviations(standard, phi)
    let two = Self.logDeviations(residual, given)
    for row in one.indices {
      // Centring at 1000 costs three digits.
      #expect(abs(one[row] - two[row] - log(sigma)) < 1e-11)
    }
  }

  @Test("that leave nothing to a parameter are told", arguments: [2.0, 0])
  func dependent(slope: Double) {
    let strata = ResidualVariance.strata(levelOfRow: Self.levels, levelNames: ["a", "b", "c"])
    let number = ResidualVariance.exponential(Self.levels.map { 3 + slope * Double($0) })
    #expect(strata.dependentName == nil)
    #expect(strata.combined(with: number).dependentName == "exp")
  }

  @Test("are reported as ratios where they are")
  func reported() {
    let residual = ResidualVariance.strata(levelOfRow: Self.levels, levelNames: ["a", "b", "c"])
      .combined(with: .power(Self.values))
    let term = RandomTerm(
      group: "donor", columns: Matrix(rows: 8, columns: [[Double](repeating: 1, count: 8)]),
      columnNames: ["(Intercept)"], levelOfRow: [0, 0, 1, 1, 2, 2, 3, 3],
      levelNames: ["a", "b", "c", "d"])
    let layout = ComponentLayout(
      terms: [term], residual: residual, group: "donor", slope: "time")
    let (_, others) = layout.components(
      covariances: [.identity(1)], residualVariance: 4, phi: [log(2), log(0.5), 0.3])
    #expect(layout.names == ["ratio:b", "ratio:c", "power"])
    #expect(zip(others, [2, 0.5, 0.3]).allSatisfy { abs($0 - $1) < 1e-15 })
  }
}
