import BlockGzip
import Cohort

/// Joins a sample sheet and covariates with an expression table.
enum CohortReading {
  /// Joins them strictly or as far as they go; what is joined must be whole.
  static func check(
    bed: String, sheet: String, covariates: String?, ids: CohortInputs.IDPolicy
  ) throws {
    do {
      let inputs = CohortInputs(
        bedPath: bed, samplesPath: sheet, covariatesPath: covariates, ids: ids,
        missingCovariates: ids == .strict ? .refuse : .drop)
      let (cohort, _) = try Cohort.load(
        inputs: inputs, genotypedDonors: ["d2", "d3", "d1"], genotypePath: "genotypes")
      try check(cohort)
      try check(cohort.dropping(samples: [0]))
    } catch let error as InputError {
      try require(error.kind == .malformed && error.path != nil, "\(error)")
    }
  }

  private static func check(_ cohort: Cohort) throws(FuzzFinding) {
    let count = cohort.sampleIDs.count
    try require(
      cohort.donorOfSample.count == count && cohort.time.count == count
        && cohort.expressionColumn.count == count
        && cohort.genotypeColumn.count == cohort.donorIDs.count, "arrays of different length")
    try require(cohort.time.allSatisfy(\.isFinite), "times \(cohort.time)")
    try require(zip(cohort.donorIDs, cohort.donorIDs.dropFirst()).allSatisfy { $0 < $1 }, "donors")
    try require(Set(cohort.donorOfSample) == Set(cohort.donorIDs.indices), "donors of samples")
    for sample in cohort.sampleIDs.indices.dropFirst() {
      let (a, b) = (cohort.donorOfSample[sample - 1], cohort.donorOfSample[sample])
      try require(
        a < b || a == b && cohort.time[sample - 1] <= cohort.time[sample], "order of samples")
    }
    for (name, column) in cohort.columns {
      try require(column.count == count && cohort.columnPaths[name] != nil, "column \(name)")
      if case .numeric(let values) = column {
        try require(!values.contains { $0.isInfinite }, "column \(name): \(values)")
      }
      try require(cohort.missingSamples(in: name).count <= count, "missing in \(name)")
    }
    try require(
      cohort.covariateNames.allSatisfy { cohort.columns[$0] != nil }
        && cohort.donorLevelCovariates.isSubset(of: cohort.covariateNames), "covariates")
  }
}
