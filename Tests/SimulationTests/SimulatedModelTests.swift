import Simulation
import Testing

@Suite struct SimulatedModelTests {
  @Test(arguments: [0, 0.2])
  func `without variances the truth table reproduces expression from the files alone`(
    structure: Double
  ) throws {
    let workspace = try Workspace()
    var options = CohortFilesTests.small()
    options.sdIntercept = 0
    options.sdSlope = 0
    options.sdResidual = 0
    options.technicalEffect = 0.1
    options.dynamicGenes = 0.5
    options.times = [0, 0.5, 1, 2, 4]
    options.structure = structure
    options.structureSlope = structure
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    let cohort = try SimulatedCohort(workspace, prefix: "a")
    #expect((cohort.covariates["pc1"] != nil) == (structure > 0))
    for gene in cohort.truth {
      #expect((gene["b_pc1:time"] != "0") == (structure > 0))
      let id = gene["phenotype_id"] ?? ""
      let fixed = cohort.fixedPart(
        of: gene, dosages: cohort.dosages(of: gene["variant_id"] ?? ""))
      let values = try #require(cohort.expression[id])
      #expect(values.count == fixed.count)
      // Half a unit of the sixth decimal, and the rounding of the sum itself.
      #expect(zip(values, fixed).allSatisfy { abs($0 - $1) < 5.1e-7 })
    }
  }

  @Test func `causal variants lie in the gene's window`() throws {
    let workspace = try Workspace()
    var options = CohortFilesTests.small()
    options.dynamicGenes = 1
    options.spacing = 50_000
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    let cohort = try SimulatedCohort(workspace, prefix: "a")
    for (gene, row) in zip(cohort.truth, cohort.bed.dropFirst()) {
      let variant = try #require(cohort.variants.first { $0[2] == gene["variant_id"] })
      let start = try #require(Int(row[1]))
      let position = try #require(Int(variant[1]))
      #expect(variant[0] == row[0] && abs(position - start - 1) <= 1_000_000)
    }
  }

  @Test func `random effects and residuals have the standard deviations asked for`() throws {
    var options = SimulationOptions()
    let donors = 5000
    options.times = [0, 1]
    options.sdIntercept = 0.7
    options.sdSlope = 0.3
    options.correlation = -0.4
    options.sdResidual = 0
    let gene = SimulatedGene(id: "g", chromosome: 0, start: 0)
    let ids = CohortDesign.donorIDs(count: donors)
    var plain = gene
    plain.covariateEffects = [0, 0]
    plain.batchEffects = [0, 0]
    func draw(_ options: SimulationOptions) -> [Double] {
      ExpressionModel(design: CohortDesign(donorIDs: ids, options: options), options: options)
        .expression(of: plain, index: 3, dosages: nil)
    }
    // Without residual the value at time 0 is the intercept, the difference the slope.
    let values = draw(options)
    let intercepts = (0..<donors).map { values[2 * $0] }
    let slopes = (0..<donors).map { values[2 * $0 + 1] - values[2 * $0] }
    // Of n normal values the SD has standard error σ/√(2n), the correlation (1−ρ²)/√n; 4.5 each.
    let error = 4.5 / (2 * Double(donors)).squareRoot()
    #expect(abs(moment(intercepts, intercepts).squareRoot() - 0.7) < 0.7 * error)
    #expect(abs(moment(slopes, slopes).squareRoot() - 0.3) < 0.3 * error)
    let correlation =
      moment(intercepts, slopes)
      / (moment(intercepts, intercepts) * moment(slopes, slopes)).squareRoot()
    #expect(abs(correlation + 0.4) < 4.5 * 0.84 / Double(donors).squareRoot())

    options.sdIntercept = 0
    options.sdSlope = 0
    options.sdResidual = 0.4
    let residuals = draw(options)
    #expect(abs(moment(residuals, residuals).squareRoot() - 0.4) < 0.4 * error)
  }

  /// The mean product: covariance of values whose means are known to be 0.
  private func moment(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(x.count)
  }

  @Test func `linkage disequilibrium decays with distance`() throws {
    let workspace = try Workspace()
    var options = SimulationOptions()
    options.donors = 200
    options.variants = 600
    options.chromosomes = 1
    options.genes = 1
    options.imputedVariants = 0
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    let rows = try SimulatedCohort(workspace, prefix: "a").variants
    let dosages = rows.map { row in row.dropFirst(9).map { Double($0.suffix(5)) ?? .nan } }
    let lags = [1, 5, 20, 100].map { lag in
      let pairs = (0..<(rows.count - lag)).map {
        squaredCorrelation(dosages[$0], dosages[$0 + lag])
      }
      return pairs.reduce(0, +) / Double(pairs.count)
    }
    // One variant per 5 kb and a linkage length of 50 kb: lags of 0.1, 0.5, 2 and 10 lengths.
    #expect(lags[0] > lags[1] && lags[1] > lags[2] && lags[2] > lags[3])
    #expect(lags[0] > 0.25)
    // Unlinked variants have an expected r² of 1/(n−1) = 0.005.
    #expect(lags[3] < 0.01)
  }

  private func squaredCorrelation(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    let meanX = x.reduce(0, +) / count
    let meanY = y.reduce(0, +) / count
    let a = x.map { $0 - meanX }
    let b = y.map { $0 - meanY }
    let product = moment(a, b)
    return product * product / (moment(a, a) * moment(b, b))
  }
}
