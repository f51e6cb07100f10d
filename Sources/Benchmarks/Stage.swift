/// One piece of work whose rate is measured.
///
/// A new stage is one more entry of its group's list; a new group is a file with such a list, named
/// in `StageRates.stages`.
struct Stage {
  /// Group and what is measured, such as `exact/A`; unique.
  let name: String
  /// What is counted, in the plural, such as `pairs`.
  let unit: String
  /// Builds the inputs, outside of the measured time.
  let prepare: () throws -> StageWork

  init(
    _ name: String, unit: String, operations: Double? = nil,
    prepare: @escaping () throws -> () throws -> Double
  ) {
    self.init(name, unit: unit) { StageWork(operations: operations, run: try prepare()) }
  }

  init(_ name: String, unit: String, preparing prepare: @escaping () throws -> StageWork) {
    self.name = name
    self.unit = unit
    self.prepare = prepare
  }
}

/// The work of a stage, its inputs at hand.
struct StageWork {
  /// Floating-point operations of one unit where they are known; they give the stage's Gflop/s and
  /// its share of the peak.
  var operations: Double?
  /// Whether the peak that they are compared with is that of sgemm instead of dgemm.
  var isSinglePrecision = false
  /// Does some units on the calling thread and returns how many.
  var run: () throws -> Double
}
