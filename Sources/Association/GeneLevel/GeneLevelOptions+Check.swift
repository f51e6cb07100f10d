import BlockGzip
import MixedModels

extension GeneLevelOptions {
  /// Refuses methods that a model has no fast fits for, and warns of approximations.
  ///
  /// - Throws: `InputError`: replicates of a model without a main effect of genotype, or with other
  ///   genotype columns than two.
  func check(
    plan: ModelPlan, design: DesignCrossProducts, observer: any ScanObserver
  ) throws(InputError) {
    let asked =
      resampling.map { "--gene-pvalue \($0.name)" } ?? (findsSignals ? "--conditional" : nil)
    guard plan.generalized == nil || asked == nil else {
      throw InputError(
        "\(asked ?? "") does not cover --family", path: "--family",
        found: plan.generalized?.family.rawValue, expected: "Gaussian expression",
        advice: "use --gene-pvalue acat or emt")
    }
    guard plan.structure == nil || asked == nil else {
      throw InputError(
        "\(asked ?? "") does not cover the model", path: "--formula",
        found: "random parts, residual variances or tested columns beyond (1 + time | donor) with "
          + "time * genotype",
        expected: "one random term of one or two columns for the donors and one tested column",
        advice: "use --gene-pvalue acat or emt, which cover every model")
    }
    guard let method = resampling else { return }
    guard plan.columns.genotype != nil, design.genotypeCount == 2 else {
      throw InputError(
        "--gene-pvalue \(method.name) does not cover the model", path: "--formula",
        found: "genotype columns " + plan.matrices.genotypeNames.joined(separator: ", "),
        expected: "genotype and one column of genotype with time",
        advice: "use --gene-pvalue acat or emt, which cover every model, or a formula with "
          + "time * genotype")
    }
    guard has("permutation"), DonorPermutation(design: design).mixesPatterns else { return }
    observer.warn(
      "visits differ between donors: some genotypes are permuted among donors with different visits, "
        + "which makes pval_perm approximate; --gene-pvalue bootstrap has no such limit")
  }
}
