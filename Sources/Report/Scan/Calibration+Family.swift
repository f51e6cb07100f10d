import Plots

/// Counts and binary outcomes.
extension Calibration {
  /// What no λ of a family's scan rules out; nil for Gaussian expression.
  var familyCaution: String? {
    guard result.manifest.family != nil else { return nil }
    return
      "Where counts or proportions vary more than the family has it, tests are too liberal, and a "
      + "scan has no random effect of single samples to take that up: compare with a scan of normalised "
      + "expression without --family."
  }

  /// Why tests of a family may be inflated, with advice that holds there, beyond
  /// what warnings of the model say; nil for Gaussian expression.
  var familyCauses: [String]? {
    guard result.manifest.family != nil else { return nil }
    var causes: [String] = []
    if isSmall {
      causes.append(
        "With \(PlotNumber.count(testedGenes, "gene")) the pairs are tests of one another: linkage "
          + "carries every effect far along the chromosome.")
    }
    causes.append(
      "Relatives or populations among the donors inflate tests: give components of their genotypes "
        + "with --cov.")
    return causes
  }
}
