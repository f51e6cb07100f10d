/// Where a fitted random term comes from.
struct RandomTermOrigin: Sendable, Equatable {
  /// The part of the formula.
  var part: Int
  /// The columns of the part.
  var columns: [Int]
  /// The level of the variable by which covariances differ, where the term is of one level alone.
  var stratum: String?
}
