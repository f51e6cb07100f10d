import MixedModels

/// The exact path on the designs: what every faster kernel is measured against.
var exactStages: [Stage] {
  BenchmarkDesign.all.flatMap { design in
    [exactStage(design), responseStage(design)]
  }
}

/// Genes that share one loading of a variant, as in a scan.
let genesPerVariant = 16

/// Pairs by the exact kernel, the loading of each variant included.
private func exactStage(_ design: BenchmarkDesign) -> Stage {
  Stage("exact/\(design.name)", unit: "pairs") {
    let cohort = try BenchmarkCohort(design, genes: genesPerVariant, variants: 64)
    let kernel = ExactInteractionKernel(
      design: cohort.design, columns: cohort.columns, criterion: .reml, method: .satterthwaite)
    var variant = 0
    return {
      cohort.dosages.withUnsafeBufferPointer { dosages in
        guard let base = dosages.baseAddress else { return 0 }
        // Safe: the column of a variant below variantCount has donorCount values.
        kernel.load(dosages: base + variant * cohort.design.donorCount)
        variant = (variant + 1) % cohort.variantCount
        for (response, null) in zip(cohort.responses, cohort.nulls) {
          let fit = kernel.fit(response: response, null: null)
          precondition(fit.deviance.isFinite, "a pair failed: \(fit.status)")
        }
        return Double(cohort.responses.count)
      }
    }
  }
}

/// Cross-products of a gene's expression with the design.
private func responseStage(_ design: BenchmarkDesign) -> Stage {
  Stage("response/\(design.name)", unit: "genes") {
    let cohort = try BenchmarkCohort(design, genes: 1, variants: 1)
    let response = (0..<cohort.design.sampleCount).map { Double($0 * $0 % 101) }
    return {
      let products = ResponseCrossProducts(design: cohort.design, response: response)
      precondition(products.residualSquares > 0, "nothing is left of the response")
      return 1
    }
  }
}
