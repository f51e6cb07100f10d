/// Where a cohort comes from and how mismatches are met.
package struct CohortInputs: Sendable {
  /// What happens to expression samples that other inputs lack.
  package enum IDPolicy: Sendable, Equatable {
    /// They are an error.
    case strict
    /// They are dropped and noted.
    case intersect
  }

  /// What happens to samples with missing values that the model needs.
  package enum MissingPolicy: Sendable, Equatable {
    /// They are an error.
    case refuse
    /// They are dropped and noted.
    case drop
  }

  package var bedPath: String
  package var samplesPath: String
  package var covariatesPath: String?
  /// Header of the sheet's time column; nil is `time`.
  package var timeColumn: String?
  package var ids: IDPolicy
  /// Applies to the time itself here; whether other columns matter depends on the formula.
  package var missingCovariates: MissingPolicy
  /// Only these expression samples are used; nil is all.
  package var keepSamples: Set<String>?
  /// Only samples of these donors are used; nil is all.
  package var keepDonors: Set<String>?
  /// Whether BGZF files without their end-of-file block are refused.
  package var requiresEndMarker: Bool

  package init(
    bedPath: String, samplesPath: String, covariatesPath: String? = nil,
    timeColumn: String? = nil, ids: IDPolicy = .strict,
    missingCovariates: MissingPolicy = .refuse, keepSamples: Set<String>? = nil,
    keepDonors: Set<String>? = nil, requiresEndMarker: Bool = true
  ) {
    self.bedPath = bedPath
    self.samplesPath = samplesPath
    self.covariatesPath = covariatesPath
    self.timeColumn = timeColumn
    self.ids = ids
    self.missingCovariates = missingCovariates
    self.keepSamples = keepSamples
    self.keepDonors = keepDonors
    self.requiresEndMarker = requiresEndMarker
  }
}
