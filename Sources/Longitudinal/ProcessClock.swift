import Glibc

/// The time this process has used.
enum ProcessClock {
  /// CPU seconds of all threads, user and system.
  static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
