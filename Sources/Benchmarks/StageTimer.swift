import Glibc

/// Measures stages in CPU time of the calling thread, which other processes disturb less than wall
/// time.
struct StageTimer {
  /// Repeats of which the median is taken, at least 1.
  let repeats: Int
  /// Least CPU seconds of one repeat: calls of the work are added until it takes as long.
  let seconds: Double
  private let multiplication = MatrixMultiplication<Double>(order: 1024)

  init(repeats: Int, seconds: Double) {
    self.repeats = repeats
    self.seconds = seconds
  }

  /// Times `stage`, every repeat between two 1024³ dgemms, so that a rate and the peak it is
  /// compared with come from the same moment.
  ///
  /// - Throws: what the stage throws.
  func measure(_ stage: Stage) throws -> StageResult {
    let work = try stage.prepare()
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
    for _ in 0..<repeats {
      let before = time({ multiplication.multiply() }, calls: 1)
      let measured = try time(work, calls: calls)
      let after = time({ multiplication.multiply() }, calls: 1)
      rates.append(measured.units / measured.seconds)
      peaks.append((before.units + after.units) / (before.seconds + after.seconds))
    }
    return StageResult(stage: stage, rates: rates, peaks: peaks)
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
