import Foundation
import LinearAlgebra
import MixedModels

@testable import Association
@testable import Cohort
@testable import Genotypes

/// A scan of a reference cohort, and what the textbook says of it.
struct CorrelationInputs {
  struct Silence: ScanObserver {
    func note(_ text: String) {}
    func warn(_ text: String) {}
    func progress(share: Double, pairs: Int) {}
  }

  let inputs: ScanInputs

  init(
    _ cohort: String, bed: String? = nil, change: (inout ScanOptions) -> Void = { _ in }
  ) throws {
    let folder = Self.folder(cohort)
    var options = ScanOptions(
      genotypes: .vcf([folder + "/genotypes.vcf"]),
      cohort: CohortInputs(
        bedPath: bed ?? folder + "/expression.bed", samplesPath: folder + "/samples.tsv",
        covariatesPath: folder + "/covariates.txt"), outputPrefix: "")
    options.window = 100_000_000
    options.filter.minimumFrequency = 0
    change(&options)
    inputs = try ScanInputs(options: options, keeping: .values(folder: "."), observer: Silence())
  }

  static func folder(_ cohort: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("reference/\(cohort)").path
  }

  func model(_ gene: Int) throws -> GeneModel {
    try GeneModel(
      index: gene, plan: inputs.plan, expression: inputs.expression, shared: inputs.design,
      criterion: inputs.options.criterion, structures: StructuredModels(inputs: inputs))
  }

  /// The variants that a gene's samples test, and their dosages in the design's order of donors.
  func variants(
    of gene: Int, _ design: DesignCrossProducts
  ) throws -> (names: [VariantName], dosages: [[Double]]) {
    let stream = try inputs.stream(ofGene: gene)
    var names: [VariantName] = []
    var dosages: [[Double]] = []
    while let batch = try stream.next() {
      let own = PreparedVariants(
        batch: batch.batch, firstIndex: 0, design: design, filter: inputs.options.filter)
      for (number, variant) in batch.variants.enumerated()
      where own.summaries[number].verdict == .tested {
        names.append(
          VariantName(
            chromosome: stream.source.chromosomes[variant.chromosome],
            position: variant.position, id: variant.id, reference: variant.reference,
            alternate: variant.alternate))
        let count = own.donorCount
        dosages.append(Array(own.dosages[(number * count)..<((number + 1) * count)]))
      }
    }
    return (names, dosages)
  }

  /// The weights that generalised least squares gives responses in one coefficient, at a given V:
  /// a row of (F'V⁻¹F)⁻¹F'V⁻¹ with F = [X, g ∘ B].
  static func weights(
    _ matrices: ModelMatrices, inverse: Matrix, dosages: [Double], donorOrder: [Int], column: Int
  ) -> [Double]? {
    let places = Dictionary(uniqueKeysWithValues: donorOrder.enumerated().map { ($1, $0) })
    let g = matrices.donorOfSample.map { dosages[places[$0, default: 0]] }
    let genotype = (0..<matrices.genotype.columns).map { b in
      g.indices.map { g[$0] * matrices.genotype[$0, b] }
    }
    let f = Matrix(
      rows: g.count, columns: (0..<matrices.fixed.columns).map(matrices.fixed.column) + genotype)
    let weighted = f.transposed * inverse
    guard let covariance = positiveDefiniteInverse(weighted * f) else { return nil }
    return (covariance * weighted).row(matrices.fixed.columns + column)
  }
}
