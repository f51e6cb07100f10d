import LinearAlgebra
import Testing

@testable import MixedModels

/// How charts are laid out, and the logarithms they take out of what polynomials stand for.
@Suite("The layout of charts")
struct ChartResolutionTests {
  /// A cohort whose only covariate is constant within donors, in the intercept alone or in the slope too.
  private static func design(
    isCrossed: Bool, donors: Int = 30, missing: Double = 0
  ) throws -> (DesignCrossProducts, [Double]) {
    var cohort = TestCohort(seed: 3, donors: donors, visits: 6, missing: missing)
    let fixed = cohort.matrices.fixed
    let (ones, time, age) = (fixed.column(0), fixed.column(1), fixed.column(2))
    let crossed = isCrossed ? [zip(age, time).map { $0 * $1 }] : []
    cohort.matrices.fixed = Matrix(rows: fixed.rows, columns: [ones, time, age] + crossed)
    cohort.matrices.fixedNames = ["(Intercept)", "time", "age"] + (isCrossed ? ["age:time"] : [])
    return (try DesignCrossProducts(cohort.matrices), cohort.response)
  }

  private static func charts(_ design: DesignCrossProducts) throws -> ChartDesign {
    try #require(ChartDesign(design: design, columns: PairFitTests.columns, criterion: .reml))
  }

  @Test("polynomials of order 2 miss nothing with one visit pattern", arguments: [false, true])
  func onePattern(isCrossed: Bool) throws {
    let (design, y) = try Self.design(isCrossed: isCrossed)
    let shared = try Self.charts(design)
    #expect(shared.resolution.levels[0].nodes.order == 2)
    #expect(shared.resolution.isScaled == !isCrossed)
    let response = ResponseCrossProducts(design: design, response: y)
    let null = NullFit(design: design, response: response, criterion: .reml)
    let chart = try #require(GeneChart(shared: shared, response: response, null: null))
    #expect(chart.order == 2)
    // Rounding of sums of a few hundred terms.
    #expect(chart.error < 1e-9)
    // Intercept and time span the random effects' columns once, and so do age and age:time; age alone
    // goes with 1 − M₁₁.
    #expect(abs(chart.shares.determinant - (isCrossed ? 2 : 1)) < 1e-5)
    #expect(abs(chart.shares.scale - (isCrossed ? 0 : 1)) < 1e-5)
  }

  @Test("several visit patterns take order 3 and a bound that holds")
  func manyPatterns() throws {
    let (design, y) = try Self.design(isCrossed: false, donors: 90, missing: 0.2)
    let shared = try Self.charts(design)
    let response = ResponseCrossProducts(design: design, response: y)
    let null = NullFit(design: design, response: response, criterion: .reml)
    let chart = try #require(GeneChart(shared: shared, response: response, null: null))
    #expect(chart.order == 3)
    #expect(chart.error > 1e-8)
    #expect(chart.error <= shared.errorBound)
    #expect(chart.radius >= shared.resolution.wantedRadius)
  }

  @Test("a scale multiplies each row by 1 − M₁₁ relative to the centre")
  func scale() {
    let frame = ChartFrame(origin: SymmetricMatrix2(0.7, 0.1, 0.4), shape: .full)
    let scale = ChartScale(frame: frame)
    for x in [(0.1, -0.2, 0.05), (0, 0, 0), (-0.3, 0.1, 0.2)] {
      let direct = (1 - frame.matrix(at: x).a11) / (1 - 0.7)
      #expect(abs(scale.value(at: x) - direct) < 1e-14)
    }
    let points = [(0.1, 0.0, 0.0), (0.0, 0.0, 0.3)]
    let scaled = scale.scaled(Matrix(rows: 2, columns: [[1, 2], [3, 4]]), at: points)
    #expect(scaled[1, 1] == 4 * scale.value(at: points[1]))
    #expect(ChartScale.none.value(at: points[0]) == 1)
  }
}
