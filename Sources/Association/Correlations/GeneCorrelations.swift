import BlockGzip
import LinearAlgebra
import MixedModels

/// Correlations of a gene's test statistics over variants, from the inputs of its scan: what
/// fine-mapping calls in-sample LD, of the columns that were tested.
package struct GeneCorrelations {
  private let inputs: ScanInputs
  private let structures: StructuredModels?

  /// - Parameter inputs: of the scan, with the genes wanted.
  /// - Throws: `InputError` for models whose test statistics have no such correlation.
  package init(_ inputs: ScanInputs) throws(InputError) {
    if let family = inputs.plan.generalized?.family {
      throw InputError(
        "no correlations of test statistics for counts and binary outcomes",
        path: inputs.options.cohort.bedPath, found: "--family \(family.rawValue)",
        expected: "a Gaussian model",
        advice: "fine-map a scan of normalised expression, without --family")
    }
    self.inputs = inputs
    structures = StructuredModels(inputs: inputs)
  }

  /// The correlations of some variants' statistics when none has an effect.
  ///
  /// - Parameters:
  ///   - gene: an id of the expression file.
  ///   - variants: all different.
  ///   - effect: whose statistics.
  /// - Returns: variants × variants, symmetric, 1 on the diagonal; NaN in the row and column of a
  ///   variant that is collinear.
  /// - Throws: `ScanFailure` where the gene or a variant is not there, the gene has no null fit, or
  ///   the effect has no column of its own.
  package func correlations(
    gene: String, variants: [VariantName], effect: TestedEffect
  ) throws(ScanFailure) -> Matrix {
    guard let index = inputs.genes.first(where: { inputs.expression.genes[$0].id == gene }) else {
      throw failure(gene, "the gene has no expression that varies")
    }
    guard let column = effect.column(inputs.plan.columns) else {
      throw failure(gene, "the model has not one column for the effect '\(effect.rawValue)'")
    }
    let model = try ScanFailure.writing { () throws(OutputError) in
      try GeneModel(
        index: index, plan: inputs.plan, expression: inputs.expression, shared: inputs.design,
        criterion: inputs.options.criterion, structures: structures)
    }
    guard let design = model.design, let covariance = model.marginalCovariance else {
      throw failure(gene, "the gene's model without a variant could not be fitted")
    }
    let dosages = try dosages(of: variants, gene: index, design: design)
    guard
      let projected = ProjectedColumns(
        design.matrices, column: column, covariance: covariance, dosages: dosages,
        donorOrder: design.donorOrder)
    else { throw failure(gene, "the covariates are linearly dependent") }
    return projected.correlations
  }

  /// Dosages of a design's donors in its order, missing ones imputed as in the scan, column-major.
  private func dosages(
    of variants: [VariantName], gene: Int, design: DesignCrossProducts
  ) throws(ScanFailure) -> [Double] {
    let places = Dictionary(variants.enumerated().map { ($1, $0) }) { first, _ in first }
    let count = design.donorCount
    var dosages = [Double](repeating: 0, count: count * variants.count)
    var isFound = [Bool](repeating: false, count: variants.count)
    let stream = try inputs.stream(ofGene: gene)
    while true {
      let next = try ScanFailure.reading { () throws(InputError) in try stream.next() }
      guard let batch = next else { break }
      let own = PreparedVariants(
        batch: batch.batch, firstIndex: batch.firstIndex, design: design,
        filter: inputs.options.filter)
      for (number, variant) in batch.variants.enumerated() {
        let name = VariantName(
          chromosome: stream.source.chromosomes[variant.chromosome], position: variant.position,
          id: variant.id, reference: variant.reference, alternate: variant.alternate)
        guard let place = places[name] else { continue }
        isFound[place] = true
        dosages.replaceSubrange(
          (place * count)..<((place + 1) * count),
          with: own.dosages[(number * count)..<((number + 1) * count)])
      }
    }
    guard isFound.allSatisfy(\.self) else {
      let missing = variants.indices.filter { !isFound[$0] }.map { variants[$0].id }
      throw .input(
        InputError(
          "variants of the result are not in the genotypes", path: stream.source.path,
          found: InputError.list(missing), expected: "the genotypes that were scanned"))
    }
    return dosages
  }

  private func failure(_ gene: String, _ what: String) -> ScanFailure {
    .input(InputError(what, path: inputs.options.cohort.bedPath, column: gene))
  }
}

extension GeneModel {
  /// V of the gene's samples at its fit without a variant; nil where there is none.
  var marginalCovariance: MarginalCovariance? {
    if let structured { return structured.null.marginalCovariance(structured.model) }
    guard let design, let null else { return nil }
    return null.marginalCovariance(design.matrices)
  }
}
