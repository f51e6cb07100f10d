import BlockGzip
import OrderedCollections

/// The samples of a scan with their donors, times and columns, joined by id.
///
/// Donors are sorted by id; samples by donor, then time, then id. No result depends on the order
/// of rows or columns in the files.
package struct Cohort: Sendable {
  /// Donors, sorted.
  package internal(set) var donorIDs: [String]
  /// Samples, donor by donor.
  package internal(set) var sampleIDs: [String]
  /// For each sample the index of its donor.
  package internal(set) var donorOfSample: [Int]
  /// For each sample its time, in the sheet's unit; finite.
  package internal(set) var time: [Double]
  /// For each donor the index of its column in the genotype file.
  package internal(set) var genotypeColumn: [Int]
  /// For each sample the index of its column among the samples of the expression file.
  package internal(set) var expressionColumn: [Int]
  /// Every column of the sheet but ids and time, then every covariate; one value per sample.
  package internal(set) var columns: OrderedDictionary<String, CohortColumn>
  /// The file that each column comes from.
  package internal(set) var columnPaths: [String: String]
  /// Covariates in the order of their file.
  package internal(set) var covariateNames: [String]
  /// Covariates that are constant within every donor; missing values are passed over.
  package internal(set) var donorLevelCovariates: Set<String>
  /// What was ignored, dropped or is unusual, in sentences for the log.
  package internal(set) var notes: [String]
  package internal(set) var sheetPath: String
  package internal(set) var genotypePath: String

  /// Samples without a value in `column`, in cohort order; empty for a name that is not there.
  package func missingSamples(in column: String) -> [String] {
    guard let values = columns[column] else { return [] }
    return sampleIDs.indices.filter { values.isMissing($0) }.map { sampleIDs[$0] }
  }

  /// The cohort without some samples (indices), and without donors that have none left.
  package func dropping(samples dropped: Set<Int>) -> Cohort {
    guard !dropped.isEmpty else { return self }
    let kept = sampleIDs.indices.filter { !dropped.contains($0) }
    let donors = Set(kept.map { donorOfSample[$0] }).sorted()
    var place: [Int: Int] = [:]
    for (index, donor) in donors.enumerated() { place[donor] = index }
    var result = self
    result.donorIDs = donors.map { donorIDs[$0] }
    result.genotypeColumn = donors.map { genotypeColumn[$0] }
    result.sampleIDs = kept.map { sampleIDs[$0] }
    result.donorOfSample = kept.compactMap { place[donorOfSample[$0]] }
    result.time = kept.map { time[$0] }
    result.columns = columns.mapValues { $0.selecting(kept) }
    result.expressionColumn = kept.map { expressionColumn[$0] }
    result.updateDonorLevelCovariates()
    return result
  }

  /// Recomputes which covariates are constant within every donor.
  mutating func updateDonorLevelCovariates() {
    donorLevelCovariates = Set(
      covariateNames.filter { name in columns[name].map(isConstantWithinDonors) ?? false })
  }

  private func isConstantWithinDonors(_ column: CohortColumn) -> Bool {
    var firstOfDonor: [Int: Int] = [:]
    for sample in sampleIDs.indices where !column.isMissing(sample) {
      let donor = donorOfSample[sample]
      guard let first = firstOfDonor[donor] else {
        firstOfDonor[donor] = sample
        continue
      }
      if !column.agrees(first, sample) { return false }
    }
    return true
  }
}
