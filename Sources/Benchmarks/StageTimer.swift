import Glibc

/// Measures stages in CPU time of the calling thread, which other processes disturb less than wall
/// time.
struct StageTimer {
  /// Repeats of which the median is taken, at least 1.
  let repeats: Int
  /// Least CPU seconds of one repeat: calls of the work are added until it takes as long.
  let seconds: Double
  private let multiplication = MatrixMultiplication<Double>(order: 1024)
  private let singleMultiplication = MatrixMultiplication<Float>(order: 1024)

  init(repeats: Int, seconds: Double) {
    self.repeats = repeats
    self.seconds = seconds
  }

  /// Times `stage`, every repeat between two 1024³ dgemms (and sgemms, where it is in single
  /// precision), so that a rate and the peaks it is compared with come from the same moment.
  ///
  /// - Throws: what the stage throws.
  func measure(_ stage: Stage) throws -> StageResult {
    let prepared = try stage.prepare()
    let work = prepared.run
    // The first call fills caches; its time is not looked at.
    _ = try work()
    var calls = 1
    var last = try time(work, calls: calls)
    while last.seconds < seconds, calls < 1 << 30 {
      // Aim a little beyond the goal, but not far on the word of a very short measurement.
      let factor = 1.2 * seconds / max(last.seconds, 1e-9)
      calls = Int((Double(calls) * min(max(factor, 1.5), 100)).rounded(.up))
      last = try time(work, calls: calls)
    }
    var rates: [Double] = []
    var peaks: [Double] = []
    var sharedPeaks: [Double] = []
    for _ in 0..<repeats {
      let before = products(single: prepared.isSinglePrecision)
      let measured = try time(work, calls: calls)
      let after = products(single: prepared.isSinglePrecision)
      rates.append(measured.units / measured.seconds)
      peaks.append(2 / (1 / before.double + 1 / after.double))
      sharedPeaks.append(
        prepared.isSinglePrecision
          ? 2 / (1 / before.single + 1 / after.single) : peaks[peaks.count - 1])
    }
    return StageResult(
      stage: stage, operations: prepared.operations, rates: rates, peaks: peaks,
      sharedPeaks: sharedPeaks)
  }

  /// Operations per CPU second of a dgemm and, if asked for, an sgemm.
  private func products(single: Bool) -> (double: Double, single: Double) {
    let double = time({ multiplication.multiply() }, calls: 1)
    guard single else { return (double.units / double.seconds, .nan) }
    let float = time({ singleMultiplication.multiply() }, calls: 1)
    return (double.units / double.seconds, float.units / float.seconds)
  }

  private func time(
    _ work: () throws -> Double, calls: Int
  ) rethrows -> (units: Double, seconds: Double) {
    let before = threadSeconds()
    var units = 0.0
    for _ in 0..<calls { units += try work() }
    return (units, threadSeconds() - before)
  }

  /// CPU seconds that the calling thread has used.
  private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
