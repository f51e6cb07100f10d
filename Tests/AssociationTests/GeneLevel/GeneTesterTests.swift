import BlockGzip
import Distributions
import Foundation
import LinearAlgebra
import MixedModels
import TestSupport
import Testing

@testable import Association
@testable import Cohort
@testable import Genotypes

/// The second pass against plain loops over exact fits, which have a dense twin of their own.
@Suite("Gene-level tests of single genes")
struct GeneTesterTests {
  private struct Silence: ScanObserver {
    func note(_ text: String) {}
    func warn(_ text: String) {}
    func progress(share: Double, pairs: Int) {}
  }

  private static func inputs(
    _ methods: [GenePValueMethod], cohort: String = "cohort_small", bed: String? = nil
  ) throws -> ScanInputs {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("reference/\(cohort)")
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    var options = ScanOptions(
      genotypes: .vcf([path("genotypes.vcf")]),
      cohort: CohortInputs(
        bedPath: bed ?? path("expression.bed"), samplesPath: path("samples.tsv"),
        covariatesPath: path("covariates.txt")), outputPrefix: "")
    options.geneLevel = GeneLevelOptions(methods: methods, seed: 5)
    options.window = 100_000_000
    return try ScanInputs(options: options, keeping: .values(folder: "."), observer: Silence())
  }

  /// One gene's variants and what the tester finds of it.
  private static func found(
    _ inputs: ScanInputs, gene: Int
  ) throws -> (result: GeneLevelResult, variants: GeneVariants, context: ScanContext) {
    let context = ScanContext(inputs: inputs)
    let tester = GeneTester(
      context: context, expression: inputs.expression,
      shared: GeneTester.StoredCharts(context: context, design: context.design))
    let source = GeneWindowSource(
      stream: try inputs.reopenedStream(), genes: [(gene, inputs.expression.genes[gene])],
      window: inputs.options.window)
    let work = try #require(try source.next())
    #expect(try source.next() == nil)
    var variants = GeneVariants(donorCount: context.design.donorCount)
    for batch in work.batches { variants.add(batch, batch.variants.indices) }
    let result = try #require(
      try tester.result(of: work, firstPass: .init(smallest: -1, combined: -1), chromosomes: []))
    return (result, variants, context)
  }

  /// The smallest log p of exact fits, one pair at a time.
  private static func slowMinimum(
    _ response: [Double], design: DesignCrossProducts, columns: [[Double]], inputs: ScanInputs
  ) -> Double {
    let kernel = ExactInteractionKernel(
      design: design, columns: inputs.plan.columns, criterion: .reml, method: .satterthwaite)
    let products = ResponseCrossProducts(design: design, response: response)
    let null = NullFit(design: design, response: products, criterion: .reml)
    var smallest = Double.nan
    for column in columns {
      column.withUnsafeBufferPointer {
        guard let base = $0.baseAddress else { return }
        kernel.load(dosages: base)
      }
      let fit = kernel.fit(response: products, null: null)
      let logP = StudentT.logTwoSidedTail(
        fit.interaction.statistic, degreesOfFreedom: fit.interaction.degreesOfFreedom)
      if !logP.isNaN { smallest = smallest.isNaN ? logP : min(smallest, logP) }
    }
    return smallest
  }

  private static func columns(_ variants: GeneVariants) -> [[Double]] {
    (0..<variants.columnCount).map { Array(variants.dosages($0)) }
  }

  private static func expectSame(
    _ found: ResampledPValue, _ expected: ResampledPValue,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.replicates == expected.replicates, sourceLocation: sourceLocation)
    // Fast log p is right to 2.3e-3, shapes of 60 minima move with them; one replicate within that of
    // the observed value would count on the other side.
    let log = abs(found.logP - expected.logP)
    #expect(log < 0.02, "\(found) \(expected)", sourceLocation: sourceLocation)
    #expect(abs(found.shape1 / expected.shape1 - 1) < 0.01, sourceLocation: sourceLocation)
    #expect(abs(found.shape2 / expected.shape2 - 1) < 0.01, sourceLocation: sourceLocation)
  }

  @Test(arguments: [0, 3, 7])
  func `the bootstrap is that of exact refits of every replicate`(_ gene: Int) throws {
    let inputs = try Self.inputs([.bootstrap(replicates: 60)])
    let (result, variants, context) = try Self.found(inputs, gene: gene)
    let design = context.design
    let columns = Self.columns(variants)
    let response = try inputs.expression.values(ofGene: gene)
    let null = NullFit(
      design: design, response: ResponseCrossProducts(design: design, response: response),
      criterion: .reml)
    let main = try #require(
      GeneScan(
        context: context, design: design, charts: nil, response: response, variants: variants,
        wantsMain: true)
    ).mainLogPValues
    // These genes have no main effect beyond chance.
    try #require((main.min() ?? 0) + log(Double(columns.count)) > log(0.05))
    let simulator = ResponseSimulator(design: design, components: null.components)
    var random = GeneTester.random(
      seed: 5, gene: inputs.expression.genes[gene].id, method: "bootstrap")
    let expected = ResampledPValue(
      observed: Self.slowMinimum(response, design: design, columns: columns, inputs: inputs),
      most: 60
    ) { count in
      (0..<count).map { _ in
        Self.slowMinimum(
          simulator.draw(&random), design: design, columns: columns, inputs: inputs)
      }
    }
    Self.expectSame(result.bootstrap, try #require(expected))
  }

  /// An expression file with a main effect of one of gene 0's variants.
  private static func bedWithMainEffect(in folder: TemporaryFolder) throws -> String {
    let inputs = try Self.inputs([.acat])
    let (_, variants, context) = try found(inputs, gene: 0)
    let matrices = context.design.matrices
    var dosages: [Int: Double] = [:]
    for (donor, dosage) in zip(context.design.donorOrder, variants.dosages(2)) {
      dosages[donor] = dosage
    }
    let values = try inputs.expression.values(ofGene: 0)
    let shifted = values.indices.map { row in
      values[row] + 4 * (dosages[matrices.donorOfSample[row]] ?? .nan)
    }
    let gene = inputs.expression.genes[0]
    let header = "#chr\tstart\tend\tid\t" + inputs.plan.cohort.sampleIDs.joined(separator: "\t")
    let row =
      "\(gene.chromosome)\t\(gene.start)\t\(gene.end)\t\(gene.id)\t"
      + shifted.map { "\($0)" }.joined(separator: "\t")
    let path = folder.path("main.bed")
    try Data((header + "\n" + row + "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `a main effect beyond chance is part of the bootstrap's null`() throws {
    let folder = try TemporaryFolder()
    let inputs = try Self.inputs(
      [.bootstrap(replicates: 60)], bed: Self.bedWithMainEffect(in: folder))
    let (result, variants, context) = try Self.found(inputs, gene: 0)
    let design = context.design
    let columns = Self.columns(variants)
    let response = try inputs.expression.values(ofGene: 0)
    let main = try #require(
      GeneScan(
        context: context, design: design, charts: nil, response: response, variants: variants,
        wantsMain: true)
    ).mainLogPValues
    let lead = try #require(main.indices.min { main[$0] < main[$1] })
    try #require(main[lead] + log(Double(columns.count)) < log(0.05))
    let own = try DesignCrossProducts(
      design.matrices.conditioned(on: columns[lead][...], columns: [0], of: design))
    let null = NullFit(
      design: own, response: ResponseCrossProducts(design: own, response: response),
      criterion: .reml)
    let effect = ResponseSimulator.lastCoefficient(
      design: own, components: null.components, response: response)
    #expect(abs(effect) > 1)
    let simulator = ResponseSimulator(
      design: design, components: null.components,
      mainEffect: design.donorRows.enumerated().flatMap { donor, rows in
        rows.map { ($0, effect * columns[lead][donor]) }
      }.sorted { $0.0 < $1.0 }.map(\.1))
    var random = GeneTester.random(
      seed: 5, gene: inputs.expression.genes[0].id, method: "bootstrap")
    let expected = ResampledPValue(
      observed: Self.slowMinimum(response, design: design, columns: columns, inputs: inputs),
      most: 60
    ) { count in
      (0..<count).map { _ in
        Self.slowMinimum(
          simulator.draw(&random), design: design, columns: columns, inputs: inputs)
      }
    }
    Self.expectSame(result.bootstrap, try #require(expected))
  }

  @Test(arguments: [0, 3])
  func `permutations keep the lead main effect and move all variants together`(
    _ gene: Int
  ) throws {
    let inputs = try Self.inputs([.permutation(replicates: 60)])
    let (result, variants, context) = try Self.found(inputs, gene: gene)
    let columns = Self.columns(variants)
    let response = try inputs.expression.values(ofGene: gene)
    let scan = try #require(
      GeneScan(
        context: context, design: context.design, charts: nil, response: response,
        variants: variants, wantsMain: true))
    let lead = try #require(
      columns.indices.min { scan.mainLogPValues[$0] < scan.mainLogPValues[$1] })
    let design = try DesignCrossProducts(
      context.design.matrices.conditioned(
        on: columns[lead][...], columns: [0], of: context.design))
    var random = GeneTester.random(
      seed: 5, gene: inputs.expression.genes[gene].id, method: "permutation")
    let permutation = DonorPermutation(design: design)
    let observed = min(
      Self.slowMinimum(response, design: design, columns: columns, inputs: inputs),
      scan.logPValues[lead])
    let expected = ResampledPValue(observed: observed, most: 60) { count in
      (0..<count).map { _ in
        let order = permutation.draw(&random)
        let permuted = columns.map { column in order.map { column[$0] } }
        return Self.slowMinimum(response, design: design, columns: permuted, inputs: inputs)
      }
    }
    Self.expectSame(result.permutation, try #require(expected))
  }

  @Test func `simulated responses have the model's covariance`() throws {
    let inputs = try Self.inputs([])
    let design = inputs.design
    let response = try inputs.expression.values(ofGene: 1)
    let null = NullFit(
      design: design, response: ResponseCrossProducts(design: design, response: response),
      criterion: .reml)
    var components = null.components
    components.firstDeviation = 1.5
    components.secondDeviation = 0.3
    components.correlation = -0.4
    components.residualDeviation = 0.8
    let simulator = ResponseSimulator(
      design: design, components: components,
      mainEffect: (0..<design.sampleCount).map { Double($0 % 3) })
    var random = RandomNumbers(seed: 1)
    let count = 40_000
    let rows = Array(design.donorRows[2].prefix(3)) + [design.donorRows[3].lowerBound]
    var means = [Double](repeating: 0, count: 4)
    var products = [[Double]](repeating: means, count: 4)
    for _ in 0..<count {
      let draw = simulator.draw(&random)
      for (a, row) in rows.enumerated() {
        let x = draw[row] - Double(row % 3)
        means[a] += x / Double(count)
        for (b, other) in rows.enumerated() {
          products[a][b] += x * (draw[other] - Double(other % 3)) / Double(count)
        }
      }
    }
    let z = design.matrices.random
    for a in 0..<4 {
      // Five standard errors of a mean with an SD below 4.
      #expect(abs(means[a]) < 0.1)
      for b in 0..<4 {
        var expected = 0.0
        if a < 3, b < 3 {
          let (t, u) = (z[rows[a], 1], z[rows[b], 1])
          expected = 2.25 + 0.09 * t * u - 0.18 * (t + u) + (a == b ? 0.64 : 0)
        } else if a == b {
          let t = z[rows[a], 1]
          expected = 2.25 + 0.09 * t * t - 0.36 * t + 0.64
        }
        #expect(abs(products[a][b] - expected) < 0.05 * (2 + abs(expected)))
      }
    }
  }

  @Test func `a main effect is the generalised least-squares coefficient`() throws {
    let inputs = try Self.inputs([], cohort: "cohort_missing")
    let design = inputs.design
    let response = try inputs.expression.values(ofGene: 0)
    let null = NullFit(
      design: design, response: ResponseCrossProducts(design: design, response: response),
      criterion: .reml)
    let found = ResponseSimulator.lastCoefficient(
      design: design, components: null.components, response: response)
    // Whitened by the whole covariance matrix, then by the normal equations.
    let n = design.sampleCount
    let z = design.matrices.random
    let c = null.components
    let covariance =
      c.firstDeviation * c.secondDeviation * (c.correlation.isNaN ? 0 : c.correlation)
    var v = [Double](repeating: 0, count: n * n)
    for rows in design.donorRows {
      for i in rows {
        for j in rows {
          v[i * n + j] =
            c.firstDeviation * c.firstDeviation * z[i, 0] * z[j, 0]
            + covariance * (z[i, 0] * z[j, 1] + z[i, 1] * z[j, 0])
            + c.secondDeviation * c.secondDeviation * z[i, 1] * z[j, 1]
            + (i == j ? c.residualDeviation * c.residualDeviation : 0)
        }
      }
    }
    let fixed = design.matrices.fixed
    let p = fixed.columns
    var rows = (fixed.transposed.elements + response)
    v.withUnsafeMutableBufferPointer { v in
      rows.withUnsafeMutableBufferPointer { rows in
        guard let factor = v.baseAddress, let base = rows.baseAddress else { return }
        #expect(factoriseCholesky(factor, order: n))
        whiten(base, count: p + 1, by: factor, order: n)
      }
    }
    let whitened = Matrix(
      rows: n, columns: (0..<p).map { Array(rows[($0 * n)..<(($0 + 1) * n)]) })
    let expected = (pseudoinverse(whitened) * Array(rows[(p * n)...]))[p - 1]
    #expect(abs(found - expected) < 1e-8 * max(1, abs(expected)))
  }
}
