import BlockGzip
import Distributions
import Foundation
import LinearAlgebra
import MixedModels
import TestSupport
import Testing

@testable import Association

/// Correlations of test statistics against the textbook's covariance of estimates, with full
/// matrices, and against statistics of simulated responses.
@Suite struct GeneCorrelationTests {
  /// V relative to σ² as its components say, entry by entry.
  private static func covariance(
    _ model: GeneModel, _ matrices: ModelMatrices, times: [Double],
    further: (Int, Int, VarianceComponents, [String: Double]) -> Double = { _, _, _, _ in 0 }
  ) throws -> Matrix {
    let structured = model.structured
    let found = try #require(model.null?.components ?? structured?.null.components)
    let names = structured?.model.layout.names ?? []
    let values = structured?.null.furtherComponents ?? []
    let others = Dictionary(uniqueKeysWithValues: zip(names, values))
    let n = matrices.donorOfSample.count
    let (a, b) = (found.firstDeviation, found.secondDeviation)
    let product = found.correlation.isNaN ? 0 : a * b * found.correlation
    var v = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for k in 0..<n {
        let (s, t) = (times[i], times[k])
        if matrices.donorOfSample[i] == matrices.donorOfSample[k] {
          v[i, k] = a * a + product * (s + t) + b * b * s * t
        }
        if i == k { v[i, k] += found.residualDeviation * found.residualDeviation }
        v[i, k] += further(i, k, found, others)
      }
    }
    return v
  }

  private static func expectTextbook(
    _ cohort: CorrelationInputs, gene: Int, effect: TestedEffect = .interaction,
    times: [Double]? = nil,
    further: (Int, Int, VarianceComponents, [String: Double]) -> Double = { _, _, _, _ in 0 }
  ) throws {
    let inputs = cohort.inputs
    let model = try cohort.model(gene)
    let design = try #require(model.design)
    let (names, dosages) = try cohort.variants(of: gene, design)
    try #require(names.count >= 8)
    let column = try #require(effect.column(inputs.plan.columns))
    let found = try GeneCorrelations(inputs).correlations(
      gene: inputs.expression.genes[gene].id, variants: names, effect: effect)
    let v = try covariance(
      model, design.matrices,
      times: times ?? design.matrices.genotype.column(inputs.plan.columns.interaction),
      further: further)
    let inverse = try #require(positiveDefiniteInverse(v))
    let weights = try dosages.map {
      try #require(
        CorrelationInputs.weights(
          design.matrices, inverse: inverse, dosages: $0, donorOrder: design.donorOrder,
          column: column))
    }
    let rows = Matrix(rows: v.rows, columns: weights).transposed
    let covariances = rows * (v * rows.transposed)
    var largest = 0.0
    for j in names.indices {
      #expect(found[j, j] == 1)
      for k in names.indices {
        let expected = covariances[j, k] / (covariances[j, j] * covariances[k, k]).squareRoot()
        largest = max(largest, abs(found[j, k] - expected))
        #expect(found[j, k] == found[k, j])
      }
    }
    // The inverse of V loses digits with its condition, about 1e4 here.
    #expect(largest < 1e-9)
  }

  @Test(arguments: [TestedEffect.interaction, .genotype])
  func `correlations are those of generalised least squares`(_ effect: TestedEffect) throws {
    try Self.expectTextbook(CorrelationInputs("cohort_small"), gene: 3, effect: effect)
  }

  @Test func `a gene that lacks samples and donors has those of its own samples`() throws {
    let folder = try TemporaryFolder()
    let text = try String(
      contentsOfFile: CorrelationInputs.folder("cohort_small") + "/expression.bed",
      encoding: .utf8)
    var rows = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    // Two donors and every ninth sample are lost.
    let donors = Set(rows[0].dropFirst(4).map { $0.prefix { $0 != "_" } }).sorted().prefix(2)
    for column in 4..<rows[0].count
    where column % 9 == 0 || donors.contains(rows[0][column].prefix { $0 != "_" }) {
      rows[1][column] = "NA"
    }
    let bed = try folder.write(
      rows.map { $0.joined(separator: "\t") + "\n" }.joined(), to: "expression.bed")
    let cohort = try CorrelationInputs("cohort_small", bed: bed)
    let design = try #require(try cohort.model(0).design)
    #expect(design.donorCount == 17 && design !== cohort.inputs.design)
    try Self.expectTextbook(cohort, gene: 0)
  }

  @Test func `families, kinship and residual variances by site are in the covariance`() throws {
    let cohort = try CorrelationInputs("cohort_structured") {
      $0.nested = "family"
      $0.kinshipPath = CorrelationInputs.folder("cohort_structured") + "/kinship.tsv"
      $0.residualVariance = .strata("site")
      $0.formula =
        "expression ~ time * genotype + pc1 + pc1:time + sex + sex:time + (1 + time | donor)"
    }
    let plan = cohort.inputs.plan
    let kinship = try #require(plan.matrices.terms.last)
    let factor = try #require(kinship.relationship)
    let relationship = factor * factor.transposed
    let donors = plan.matrices.donorOfSample
    let families = try #require(plan.matrices.terms.first { $0.group == "family" }).levelOfRow
    let sites = try #require(plan.structure).residual.covariates
    try Self.expectTextbook(cohort, gene: 1) { i, k, found, others in
      func square(_ name: String) -> Double { others[name].map { $0 * $0 } ?? .nan }
      var value = square("sd:kinship:(Intercept)") * relationship[donors[i], donors[k]]
      if families[i] == families[k] { value += square("sd:family:(Intercept)") }
      for (column, name) in ["ratio:s2", "ratio:s3"].enumerated()
      where i == k && sites[i, column] == 1 {
        value += found.residualDeviation * found.residualDeviation * (square(name) - 1)
      }
      return value
    }
  }

  @Test func `main effects beside a basis of time have all its columns taken out`() throws {
    let cohort = try CorrelationInputs("cohort_small") { $0.timeBasis = .polynomial(2) }
    let plan = cohort.inputs.plan
    #expect(plan.columns.tested.count == 2)
    try Self.expectTextbook(
      cohort, gene: 2, effect: .genotype, times: plan.cohort.time.map { $0 - plan.timeCentre })
    #expect(throws: ScanFailure.self) {
      try GeneCorrelations(cohort.inputs).correlations(
        gene: cohort.inputs.expression.genes[2].id, variants: [], effect: .interaction)
    }
  }

  @Test func `precision weights are in the covariance`() throws {
    let folder = try TemporaryFolder()
    let text = try String(
      contentsOfFile: CorrelationInputs.folder("cohort_small") + "/expression.bed",
      encoding: .utf8)
    var rows = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    var weights: [String: Double] = [:]
    for column in 4..<rows[0].count {
      weights[rows[0][column]] = 1 + Double(column % 5)
      for row in 1..<rows.count { rows[row][column] = "\(1 + column % 5)" }
    }
    let path = try folder.write(
      rows.map { $0.joined(separator: "\t") + "\n" }.joined(), to: "weights.bed")
    let cohort = try CorrelationInputs("cohort_small") { $0.weightsPath = path }
    let samples = cohort.inputs.plan.cohort.sampleIDs
    try Self.expectTextbook(cohort, gene: 4) { i, k, found, _ in
      guard i == k, let weight = weights[samples[i]] else { return 0 }
      return found.residualDeviation * found.residualDeviation * (1 / weight - 1)
    }
  }

  @Test func `statistics of responses without an effect have these correlations`() throws {
    let cohort = try CorrelationInputs("cohort_small")
    let inputs = cohort.inputs
    let gene = 5
    let model = try cohort.model(gene)
    let design = try #require(model.design)
    let all = try cohort.variants(of: gene, design)
    let chosen = Array(stride(from: 0, to: all.names.count, by: max(1, all.names.count / 12)))
    let r = try GeneCorrelations(inputs).correlations(
      gene: inputs.expression.genes[gene].id, variants: chosen.map { all.names[$0] },
      effect: .interaction)
    let components = try #require(model.null).components
    let matrices = design.matrices
    let kernel = ExactInteractionKernel(
      design: design, columns: inputs.plan.columns, criterion: .reml, method: .satterthwaite)
    var random = RandomNumbers(seed: 11)
    let repeats = 2_000
    var statistics = [[Double]](repeating: [], count: chosen.count)
    let rho = components.correlation.isNaN ? 0 : components.correlation
    for _ in 0..<repeats {
      let effects = (0..<design.donorCount).map { _ -> (Double, Double) in
        let (u, w) = (random.normal(), random.normal())
        return (
          components.firstDeviation * u,
          components.secondDeviation * (rho * u + (1 - rho * rho).squareRoot() * w)
        )
      }
      let response = matrices.donorOfSample.indices.map { sample in
        let (level, slope) = effects[matrices.donorOfSample[sample]]
        return level * matrices.random[sample, 0] + slope * matrices.random[sample, 1]
          + components.residualDeviation * random.normal()
      }
      let products = ResponseCrossProducts(design: design, response: response)
      let null = NullFit(design: design, response: products, criterion: .reml)
      for (place, variant) in chosen.enumerated() {
        all.dosages[variant].withUnsafeBufferPointer {
          guard let base = $0.baseAddress else { return }
          kernel.load(dosages: base)
        }
        let fit = kernel.fit(response: products, null: null)
        // The normal quantile of the same p, as exported.
        let logP = StudentT.logTwoSidedTail(
          fit.interaction.statistic, degreesOfFreedom: fit.interaction.degreesOfFreedom)
        let z = -NormalScores.quantile(exp(logP) / 2)
        statistics[place].append(fit.interaction.statistic < 0 ? -z : z)
      }
    }
    for j in chosen.indices {
      for k in chosen.indices where k > j {
        let found = Self.correlation(statistics[j], statistics[k])
        // Four and a half standard errors, and 0.03 because every pair has its own variances.
        #expect(abs(found - r[j, k]) < 4.5 / Double(repeats).squareRoot() + 0.03)
      }
    }
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    var (aa, bb, ab) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      aa += (x - ma) * (x - ma)
      bb += (y - mb) * (y - mb)
      ab += (x - ma) * (y - mb)
    }
    return ab / (aa * bb).squareRoot()
  }

  @Test func `a variant that repeats a covariate has no correlation, others keep theirs`() throws {
    let cohort = try CorrelationInputs("cohort_small")
    let model = try cohort.model(0)
    let design = try #require(model.design)
    let covariance = try #require(model.marginalCovariance)
    let (_, dosages) = try cohort.variants(of: 0, design)
    let constant = [Double](repeating: 1, count: design.donorCount)
    let projected = try #require(
      ProjectedColumns(
        design.matrices, column: cohort.inputs.plan.columns.interaction, covariance: covariance,
        dosages: dosages[0] + constant + dosages[1], donorOrder: design.donorOrder))
    #expect(projected.isCollinear == [false, true, false])
    let r = projected.correlations
    #expect(r[0, 2].isFinite && r[0, 1].isNaN && r[1, 1].isNaN && r[0, 0] == 1)
  }

  @Test func `a variant that the genotypes lack is refused by its id`() throws {
    let cohort = try CorrelationInputs("cohort_small")
    let name = VariantName(
      chromosome: "chr1", position: 5, id: "nowhere", reference: "A", alternate: "C")
    let failure = #expect(throws: ScanFailure.self) {
      try GeneCorrelations(cohort.inputs).correlations(
        gene: cohort.inputs.expression.genes[0].id, variants: [name], effect: .interaction)
    }
    #expect("\(try #require(failure))".contains("nowhere"))
  }
}
