/// One piece of work whose rate is measured.
///
/// A new stage is one more entry of its group's list; a new group is a file with such a list, named
/// in `StageRates.stages`.
struct Stage {
  /// Group and what is measured, such as `exact/A`; unique.
  let name: String
  /// What is counted, in the plural, such as `pairs`.
  let unit: String
  /// Floating-point operations of one unit where they are known; they give the stage's Gflop/s and
  /// its share of the dgemm peak.
  let operations: Double?
  /// Builds the inputs, outside of the measured time, and returns the work: each call of it does
  /// some units on the calling thread and returns how many.
  let prepare: () throws -> () throws -> Double

  init(
    _ name: String, unit: String, operations: Double? = nil,
    prepare: @escaping () throws -> () throws -> Double
  ) {
    self.name = name
    self.unit = unit
    self.operations = operations
    self.prepare = prepare
  }
}
