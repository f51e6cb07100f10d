import Distributions
import MixedModels
import Simulation

/// A simulated cohort of a design in memory: genes with their null fits, and variants.
final class BenchmarkCohort {
  let design: DesignCrossProducts
  let columns: InteractionColumns
  let responses: [ResponseCrossProducts]
  let nulls: [NullFit]
  let variantCount: Int
  /// Dosages, donors × variants, column-major, in the design's donor order.
  let dosages: [Double]

  /// Simulates `genes` genes, a fifth of them with a dynamic effect of one of the variants.
  ///
  /// - Precondition: as many variants as genes or more.
  /// - Throws: `ModelError` for a design that cannot identify the model.
  init(_ wish: BenchmarkDesign, genes: Int, variants: Int) throws {
    precondition(variants >= genes, "\(variants) variants for \(genes) genes")
    var options = SimulationOptions()
    options.donors = wish.donors
    options.times = (0..<wish.visits).map(Double.init)
    options.missingSamples = wish.missing
    options.covariates = wish.covariates - 1
    options.sdSlope = wish.slopeDeviation
    let cohort = CohortDesign(
      donorIDs: CohortDesign.donorIDs(count: wish.donors), options: options)
    let matrices = try Self.matrices(wish, cohort: cohort)
    let design = try DesignCrossProducts(matrices)
    columns = InteractionColumns(
      genotype: matrices.genotypeNames.firstIndex(of: "genotype"),
      interaction: matrices.testedColumns[0],
      time: matrices.fixedNames.firstIndex(of: "time"))

    var numbers = RandomNumbers(seed: 1, stream: 100)
    let byDonor = (0..<variants).map { _ in Self.dosages(donors: wish.donors, from: &numbers) }
    let model = ExpressionModel(design: cohort, options: options)
    responses = (0..<genes).map { index in
      var gene = SimulatedGene(id: "GENE\(index + 1)", chromosome: 0, start: 0)
      gene.bI = options.timeEffect * numbers.normal()
      gene.covariateEffects = (0..<options.covariates).map { _ in
        options.covariateEffect * numbers.normal()
      }
      gene.sexEffect = options.covariateEffect * numbers.normal()
      gene.batchEffects = CohortDesign.batches.dropFirst().map { _ in 0 }
      gene.bGI = index % 5 == 0 ? options.dynamicEffect : 0
      return ResponseCrossProducts(
        design: design,
        response: model.expression(of: gene, index: index, dosages: byDonor[index]))
    }
    nulls = responses.map { NullFit(design: design, response: $0, criterion: .reml) }
    variantCount = variants
    dosages = byDonor.flatMap { column in design.donorOrder.map { column[$0] } }
    self.design = design
  }

  private static func matrices(
    _ wish: BenchmarkDesign, cohort: CohortDesign
  ) throws -> ModelMatrices {
    let visits = cohort.visits
    let mean = visits.reduce(0) { $0 + $1.time } / Double(visits.count)
    var columns: [String: ModelFrame.Column] = [
      "time": .numeric(visits.map { $0.time - mean }),
      "donor": .text(visits.map { cohort.donorIDs[$0.donor] }),
      "sex": .text(visits.map { cohort.isMale[$0.donor] ? "male" : "female" }),
    ]
    for (name, values) in zip(cohort.covariateNames, cohort.covariates) {
      columns[name] = .numeric(visits.map { values[$0.donor] })
    }
    let formula = try Formula(wish.formula(covariates: cohort.covariateNames + ["sex"]))
    return try ModelMatricesBuilder(
      formula: formula, frame: ModelFrame(rowCount: visits.count, columns: columns)
    ).build(donorOfSample: visits.map(\.donor))
  }

  /// Dosages of a variant, one in two with the noise of imputation.
  private static func dosages(donors: Int, from numbers: inout RandomNumbers) -> [Double] {
    let frequency = 0.1 + 0.4 * numbers.uniform()
    let noise = numbers.chance(0.5) ? 0.05 : 0
    while true {
      let column = (0..<donors).map { _ in
        let alleles = (numbers.chance(frequency) ? 1.0 : 0) + (numbers.chance(frequency) ? 1 : 0)
        return rounded(min(2, max(0, alleles + noise * numbers.normal())), decimals: 3)
      }
      // A scan leaves out variants with fewer than five minor alleles.
      let count = column.reduce(0, +)
      if min(count, 2 * Double(donors) - count) >= 5 { return column }
    }
  }
}
