import Association
import Glibc
import Logging
import Synchronization

/// Tells a scan's notes and progress on standard error: a bar on a terminal, otherwise one line a
/// minute.
final class TerminalObserver: ScanObserver {
  private struct State {
    var started = TerminalObserver.now()
    var lastShown = TerminalObserver.now()
    var barIsShown = false
  }

  private let level: Logger.Level
  private let logger: Logger
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Mutex(State())

  init(level: Logger.Level) {
    self.level = level
    var logger = Logger(label: "slopeqtl") { _ in PlainLogHandler() }
    logger.logLevel = level
    self.logger = logger
  }

  func note(_ text: String) {
    clearBar()
    logger.info("\(text)")
  }

  func warn(_ text: String) {
    clearBar()
    logger.warning("\(text)")
  }

  func progress(share: Double, pairs: Int) {
    guard level <= .info else { return }
    state.withLock { state in
      let now = Self.now()
      guard now - state.lastShown >= (isTerminal ? 0.2 : 60) else { return }
      state.lastShown = now
      let seconds = max(now - state.started, 1e-3)
      let rate = "\(pairs) pairs, \(Int(Double(pairs) / seconds)) a second"
      let percent = share.isNaN ? "" : "\(Int(100 * share)) % of the genes, "
      if isTerminal {
        let width = 30
        let filled = share.isNaN ? 0 : Int(share * Double(width))
        let bar =
          String(repeating: "#", count: filled)
          + String(repeating: ".", count: width - filled)
        Self.write("\r\u{1B}[K[\(bar)] \(percent)\(rate)")
        state.barIsShown = true
      } else {
        logger.info("\(percent)\(rate)")
      }
    }
  }

  private func clearBar() {
    state.withLock { state in
      if state.barIsShown { Self.write("\r\u{1B}[K") }
      state.barIsShown = false
    }
  }

  private static func write(_ text: String) {
    _ = Glibc.write(STDERR_FILENO, text, text.utf8.count)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// Log lines as `slopeqtl: [warning: ]text`, without time stamps.
private struct PlainLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    printNote((event.level >= .warning ? "\(event.level): " : "") + event.message.description)
  }
}
