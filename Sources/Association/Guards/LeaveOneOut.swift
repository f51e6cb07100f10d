import BlockGzip
import LinearAlgebra
import MixedModels

/// The test of a gene's lead variant without each of its donors in turn: whether one donor makes it.
///
/// Every refit is exact and has its own variances. Imputed dosages and the time centre stay those of
/// all donors. Columns that only the donor left out had are left out with it.
struct LeaveOneOut {
  /// The largest p-value.
  struct Result: Sendable, Equatable {
    /// Its natural logarithm; NaN where the variant cannot be tested without the donor.
    var logPValue: Double
    var donor: String
  }

  let context: ScanContext

  /// The first donor without whom the p-value is largest, or without whom there is none.
  ///
  /// - Parameter lead: with dosages in the order of the gene's design.
  /// - Returns: nil where the gene has no design.
  /// - Throws: `OutputError` where the gene's expression cannot be read back.
  /// - Complexity: O(donors · (n p² + a fit)).
  func result(
    of model: GeneModel, lead: LeadVariant.Candidate
  ) throws(OutputError) -> Result? {
    guard let design = model.design, lead.dosages.count == design.donorCount else { return nil }
    let response: [Double]
    if let structured = model.structured {
      response = structured.response
    } else {
      response = try context.expression.values(ofGene: model.index).filter { !$0.isNaN }
    }
    let dosages = Dictionary(uniqueKeysWithValues: zip(design.donorOrder, lead.dosages))
    let tails = PairTails(kernel: context.options.level.kernel)
    var largest: Result?
    for donor in design.donorOrder.sorted() {
      let fit = fit(
        without: donor, matrices: design.matrices, response: response, dosages: dosages,
        structured: model.structured)
      let found = Result(
        logPValue: fit.map(tails.logPValue) ?? .nan,
        donor: context.plan.cohort.donorIDs[donor])
      if found.logPValue.isNaN { return found }
      if largest.map({ found.logPValue > $0.logPValue }) ?? true { largest = found }
    }
    return largest
  }

  /// nil where the other donors cannot identify the model.
  private func fit(
    without donor: Int, matrices: ModelMatrices, response: [Double], dosages: [Int: Double],
    structured: StructuredGene?
  ) -> PairFit? {
    let kept = matrices.donorOfSample.indices.filter { matrices.donorOfSample[$0] != donor }
    let subset = matrices.selecting(samples: kept).droppingDependentColumns()
    do throws(ModelError) {
      try IdentifiabilityCheck(subset, group: "donor").check()
    } catch {
      return nil
    }
    guard let design = try? DesignCrossProducts(subset) else { return nil }
    var columns = context.plan.columns
    // Not reported, and its place changes where columns before it are left out.
    columns.time = nil
    let ordered = design.donorOrder.map { dosages[$0] ?? .nan }
    let responses = kept.map { response[$0] }
    if let structured {
      return structured.fit(
        samples: kept, matrices: subset, columns: columns, donorOrder: design.donorOrder,
        response: responses, dosages: ordered)
    }
    let own = ResponseCrossProducts(design: design, response: responses)
    let null = NullFit(design: design, response: own, criterion: context.options.criterion)
    if case .failed = null.status { return nil }
    let kernel = context.exactKernel(design, columns: columns)
    return ordered.withUnsafeBufferPointer { all -> PairFit? in
      // Safe: one dosage for each donor of the design, for the one request.
      guard let base = all.baseAddress else { return nil }
      return kernel.fit(
        [PairRequest(gene: 0, variant: 0)], genes: [PairGene(response: own, null: null)],
        dosages: base)[0]
    }
  }
}

extension ModelMatrices {
  /// The model without fixed columns that earlier ones explain, as lme4 fits it.
  func droppingDependentColumns() -> ModelMatrices {
    var kept = Array(0..<fixed.columns)
    var result = self
    while true {
      do throws(OrthonormalBasis.Dependency) {
        _ = try OrthonormalBasis(result.fixed)
        return result
      } catch {
        kept.remove(at: error.column)
        result.fixed = Matrix(rows: fixed.rows, columns: kept.map { fixed.column($0) })
        result.fixedNames = kept.map { fixedNames[$0] }
        if !fixedVariables.isEmpty { result.fixedVariables = kept.map { fixedVariables[$0] } }
      }
    }
  }
}
