import LinearAlgebra
import Testing

@testable import MixedModels

/// With balanced visits and donor-level covariates in the intercept only, the REML t test of
/// genotype × time is the least-squares test of the donors' own slopes on genotype, with exactly
/// N − 2 degrees of freedom, wherever the closed-form covariance is positive definite.
@Suite("The closed form for balanced data")
struct BalancedClosedFormTests {
  struct Cohort {
    var matrices: ModelMatrices
    var response: [Double]
    var dosages: [Double]
    var slopes: [Double]
  }

  static func simulate(_ seed: Int, donors: Int = 24, visits: Int = 6) -> Cohort {
    var random = TestRandom(seed: UInt64(seed))
    var rows: [[Double]] = []
    var y: [Double] = []
    var donorOf: [Int] = []
    var dosages: [Double] = []
    var slopes: [Double] = []
    let times = (0..<visits).map { Double($0) - Double(visits - 1) / 2 }
    let square = times.reduce(0) { $0 + $1 * $1 }
    for donor in 0..<donors {
      let g = Double(Int(random.uniform() * 3))
      let age = random.normal()
      let (u0, u1) = (random.normal(), 0.5 * random.normal())
      var slope = 0.0
      for t in times {
        let value = 1 + 0.3 * t + 0.5 * age + u0 + (u1 + 0.2 * g) * t + random.normal()
        rows.append([1, t, age])
        y.append(value)
        donorOf.append(donor)
        slope += t * value / square
      }
      dosages.append(g)
      slopes.append(slope)
    }
    func column(_ j: Int) -> [Double] { rows.map { $0[j] } }
    let design = Matrix(rows: rows.count, columns: [column(0), column(1)])
    return Cohort(
      matrices: ModelMatrices(
        fixed: Matrix(rows: rows.count, columns: (0..<3).map(column)),
        fixedNames: ["(Intercept)", "time", "age"], genotype: design,
        genotypeNames: ["genotype", "time:genotype"], testedColumns: [1], random: design,
        shape: .full, randomNames: ["(Intercept)", "time"], donorOfSample: donorOf),
      response: y, dosages: dosages, slopes: slopes)
  }

  @Test("gives estimate, t and degrees of freedom of every interior fit", arguments: 1...20)
  func closedForm(seed: Int) throws {
    let cohort = Self.simulate(seed)
    let design = try DesignCrossProducts(cohort.matrices)
    #expect(design.patternCount == 1)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let null = NullFit(design: design, response: response, criterion: .reml)
    let kernel = ExactInteractionKernel(
      design: design, columns: PairFitTests.columns, criterion: .reml, method: .satterthwaite)
    kernel.load(dosages: design.donorOrder.map { cohort.dosages[$0] })
    let fit = kernel.fit(response: response, null: null)
    try #require(fit.status == .ok, "the seeds were chosen for interior optima")

    let n = Double(cohort.dosages.count)
    let meanG = cohort.dosages.reduce(0, +) / n
    let meanS = cohort.slopes.reduce(0, +) / n
    var sgg = 0.0
    var sgs = 0.0
    for (g, s) in zip(cohort.dosages, cohort.slopes) {
      sgg += (g - meanG) * (g - meanG)
      sgs += (g - meanG) * (s - meanS)
    }
    let b = sgs / sgg
    let rss = zip(cohort.dosages, cohort.slopes).reduce(0) {
      let r = $1.1 - meanS - b * ($1.0 - meanG)
      return $0 + r * r
    }
    let se = (rss / (n - 2) / sgg).squareRoot()
    #expect(abs(fit.interaction.value - b) < 1e-9)
    // The optimum is found to 5e-11 in the criterion, about 1e-6 of an SD in the parameters.
    #expect(abs(fit.interaction.standardError / se - 1) < 1e-6)
    #expect(abs(fit.interaction.degreesOfFreedom - (n - 2)) < 1e-3)
  }
}
