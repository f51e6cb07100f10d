extension DonorFreedom {
  /// - Throws: `ModelError` where covariates leave fewer than `minimum` donors, with the numbers. Small
  ///   cohorts without covariates have nothing to leave out: they draw a warning.
  package func check() throws(ModelError) {
    for (space, what) in spaces where space.left < Self.minimum && space.hasCovariates {
      throw ModelError(
        "too few donors are left to tell the donors' \(what) from what the model takes up",
        found: text(of: space), expected: "at least \(Self.minimum) left",
        advice: what == Self.slopesName
          ? "leave out covariates, or their products with time (--covariate-by-time none)"
          : "leave out donor-level covariates")
    }
  }

  /// Sentences about spaces in which fewer than `comfortable` donors are left.
  package var warnings: [String] {
    spaces.filter { $0.0.left < Self.comfortable }.map { space, what in
      "few donors are left to tell the donors' \(what) from what the model takes up: "
        + text(of: space)
        + (space.hasCovariates ? "; fewer donor-level covariates would leave more" : "")
    }
  }

  private static let slopesName = "slopes"

  private var spaces: [(Space, String)] { [(slopes, Self.slopesName), (intercepts, "intercepts")] }

  /// The numbers, such as `19 donors − 16 columns (time, …) = 3`.
  package func text(of space: Space) -> String {
    let names =
      space.names.count <= 12
      ? space.names
      : space.names.prefix(8) + ["…"] + space.names.suffix(2)
    let per = space.directions == 1 ? "" : ", in \(space.directions) directions"
    let count = space.directions == 1 ? "\(space.donors)" : "\(space.dimensions)"
    let unit = space.directions == 1 ? "donors" : "dimensions of \(space.donors) donors' visits"
    return "\(count) \(unit) − \(space.columns) columns (\(names.joined(separator: ", "))) leave "
      + "\(space.left)\(per)"
  }

  /// Whether a model surely leaves enough donors, whatever its other columns hold.
  ///
  /// - Complexity: O(samples).
  package static func isAmple(_ matrices: ModelMatrices) -> Bool {
    guard let tested = matrices.testedColumns.first else { return false }
    var first: [Int: Double] = [:]
    var varying: Set<Int> = []
    for (row, donor) in matrices.donorOfSample.enumerated() {
      let value = matrices.genotype[row, tested]
      if first[donor, default: value] != value { varying.insert(donor) }
      first[donor] = first[donor] ?? value
    }
    let columns = matrices.fixed.columns + matrices.genotype.columns
    let directions = matrices.testedColumns.count + matrices.random.columns
    return varying.count - columns >= directions * minimum
  }
}
