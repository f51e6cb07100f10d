import Cohort
import MixedModels

/// Warnings of models whose p-values are known to be too small, each with its remedy
/// (`reference/calibration` has the rates).
package struct MisspecificationWarnings {
  let plan: ModelPlan
  let options: ScanOptions

  /// Of a scan's model.
  package init(_ inputs: ScanInputs) { self.init(plan: inputs.plan, options: inputs.options) }

  init(plan: ModelPlan, options: ScanOptions) {
    self.plan = plan
    self.options = options
  }

  /// Tests without regard to the number of donors are within a quarter of their level from here on.
  static let manyDonors = 100

  /// Below, Satterthwaite's degrees of freedom on the boundary inflate the far tail.
  static let fewDonors = 50

  /// A warning as a sentence.
  package static func sentence(_ warning: String) -> String {
    warning.prefix(1).uppercased() + warning.dropFirst() + "."
  }

  package var all: [String] { everywhere + [boundary].compactMap(\.self) }

  /// Those that concern every row.
  package var everywhere: [String] {
    [slopes, covariates, degreesOfFreedom, residualVariance].compactMap(\.self)
  }

  /// Few donors, and residual variances that are estimated by their groups.
  private var residualVariance: String? {
    let donors = plan.cohort.donorIDs.count
    guard donors < Self.fewDonors, options.residualVariance != .homogeneous else { return nil }
    return
      "--residual-variance with \(donors) donors: p-values can be too small by a third; compare "
      + "with the homogeneous model, whose level holds where residual variances differ"
  }

  /// Of rows with status `boundary` alone. Few donors: where the optimum lies on the boundary the
  /// variance of slopes counts as known.
  package var boundary: String? {
    let donors = plan.cohort.donorIDs.count
    guard donors < Self.fewDonors, options.degreesOfFreedom == .satterthwaite,
      options.criterion == .reml
    else { return nil }
    return "with \(donors) donors p-values below about 1e-3 of rows with status boundary are too "
      + "small, for their degrees of freedom do not count the donors; confirm such hits with --df "
      + "kenward-roger"
  }

  /// Donors' slopes differ, and the model has none.
  private var slopes: String? {
    guard !plan.hasDonorSlopes else { return nil }
    var visits: [Int: Set<Double>] = [:]
    for (sample, donor) in plan.cohort.donorOfSample.enumerated() {
      visits[donor, default: []].insert(plan.cohort.time[sample])
    }
    let told = visits.values.count { $0.count >= 3 }
    guard 2 * told > visits.count else { return nil }
    return "the model has no random slope of donors: where their slopes differ, p-values of "
      + "genotype × time are too small, several times over; use (1 + time | donor)"
  }

  /// Donor-level covariates that may act on slopes have main effects alone.
  private var covariates: String? {
    func variables(withTime: Bool) -> Set<String> {
      plan.matrices.fixedVariables.filter {
        $0.contains(ModelMatricesBuilder.time) == withTime
      }.reduce(into: []) { $0.formUnion($1) }
    }
    let alone = variables(withTime: false)
      .intersection(plan.cohort.donorLevelCovariates)
      .subtracting(variables(withTime: true))
    guard !alone.isEmpty else { return nil }
    let names = plan.cohort.covariateNames.filter(alone.contains)
    return
      "donor-level covariates without their product with time (\(names.joined(separator: ", "))"
      + "): where they act on slopes, as ancestry may, p-values of genotype × time are too small; "
      + "add \(Formula.quoted(names[0])):time, or leave --covariate-by-time at donor"
  }

  /// Few donors, and a test that does not ask how many there are.
  package var degreesOfFreedom: String? {
    let donors = plan.cohort.donorIDs.count
    guard donors < Self.manyDonors else { return nil }
    guard plan.generalized == nil else {
      return
        "tests of --family are normal approximations: with \(donors) donors small p-values are too "
        + "small; compare pval_lrt"
    }
    let cause: String
    switch (options.degreesOfFreedom, options.criterion) {
    case (.infinite, _), (.residual, _):
      cause = "--df \(options.degreesOfFreedom.rawValue) takes no account of the number of donors"
    case (_, .ml): cause = "--criterion ml underestimates variances with few donors"
    default: return nil
    }
    return "\(cause): with \(donors) donors p-values are too small; use --criterion reml with --df "
      + "satterthwaite or kenward-roger"
  }
}
