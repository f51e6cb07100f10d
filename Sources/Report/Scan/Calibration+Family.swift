import Plots

/// Counts and binary outcomes.
extension Calibration {
  /// Donors below which normal tests take too little notice of their number.
  private static let fewDonors = 50

  /// Why tests of a family may be inflated, with advice that holds there; nil for Gaussian expression.
  var familyCauses: [String]? {
    guard let family = result.manifest.family else { return nil }
    var causes: [String] = []
    if result.manifest.plan.pairList != nil {
      causes.append(
        "The pairs are those of a list (--keep-pairs): where small p-values chose them, λ is above 1 "
          + "by that choice.")
    }
    if !hasSlope {
      causes.append(
        "The model has no random slope of donors, and slopes that differ make these tests too "
          + "liberal: use (1 + time | donor).")
    }
    if testedGenes < 20 {
      causes.append(
        "With \(PlotNumber.count(testedGenes, "gene")) the pairs are tests of one another: linkage "
          + "carries every effect far along the chromosome.")
    }
    if result.manifest.design.donors < Self.fewDonors {
      causes.append(
        "Tests with --family \(family) are normal ones, which take no account of there being "
          + "\(PlotNumber.count(result.manifest.design.donors, "donor")): prefer pval_lrt, and do not "
          + "lean on p-values near a limit.")
    }
    causes.append(
      "Where counts or proportions vary more than the family has it and the model has no random "
        + "effect for that, tests are too liberal: add one, such as --nested with a column that differs "
        + "in every sample.")
    causes.append(
      "Relatives or populations among the donors inflate tests: give components of their genotypes "
        + "with --cov.")
    return causes
  }
}
