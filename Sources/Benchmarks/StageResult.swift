/// The rates of one stage over its repeats.
struct StageResult {
  /// Rate in Gflop/s of a 1024³ dgemm on the core to which rates are scaled.
  static let referenceGflops = 45.0

  let stage: Stage
  /// Floating-point operations of one unit, where they are known.
  let operations: Double?
  /// Units per CPU second, one for each repeat.
  let rates: [Double]
  /// Floating-point operations per CPU second of the dgemms beside each repeat.
  let peaks: [Double]
  /// The same of the products that the stage's share is taken of: those dgemms, or sgemms for a
  /// stage in single precision.
  let sharedPeaks: [Double]

  /// Units per CPU second.
  var rate: Double { Self.median(rates) }

  /// Units per CPU second on a core whose dgemm runs at `referenceGflops`: each repeat scaled by
  /// the dgemms beside it.
  var scaledRate: Double {
    Self.median(zip(rates, peaks).map { 1e9 * Self.referenceGflops * $0 / $1 })
  }

  /// Gflop/s, where the operations of a unit are known.
  var gflops: Double? { operations.map { 1e-9 * rate * $0 } }

  /// Share of the peak of the stage's precision, where the operations of a unit are known.
  var peakShare: Double? {
    operations.map { operations in
      Self.median(zip(rates, sharedPeaks).map { operations * $0 / $1 })
    }
  }

  /// The middle value; of an even number the mean of the middle two.
  ///
  /// - Precondition: `values` is not empty.
  static func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "the median of no values")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
