/// One sample: a donor at a time, with what the laboratory noted about it.
package struct Visit: Sendable, Equatable {
  /// `DONOR_Vk`, k the one-based number of the planned visit.
  package var sampleID: String
  /// Index into the cohort's donors.
  package var donor: Int
  package var time: Double
  /// Index into `CohortDesign.batches`.
  package var batch: Int
  /// RNA integrity number, 1 to 10 with one decimal.
  package var rin: Double
  /// Logarithm of the library size relative to the others', 4 decimals; 0 but for counts.
  package var logSize = 0.0
}
