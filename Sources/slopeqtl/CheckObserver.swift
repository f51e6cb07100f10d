import Association
import Synchronization

/// Keeps a scan's notes back, because the report says the same; they are told when there is none.
final class CheckObserver: ScanObserver {
  private struct Messages {
    var notes: [String] = []
    var warnings: [String] = []
  }

  private let terminal: TerminalObserver
  private let messages = Mutex(Messages())

  init(_ terminal: TerminalObserver) { self.terminal = terminal }

  var warnings: [String] { messages.withLock { $0.warnings } }

  func note(_ text: String) { messages.withLock { $0.notes.append(text) } }

  func warn(_ text: String) {
    messages.withLock { $0.warnings.append(text) }
    terminal.warn(text)
  }

  func progress(share: Double, pairs: Int) { terminal.progress(share: share, pairs: pairs) }

  /// Tells the notes kept back.
  func tellNotes() { messages.withLock { $0.notes }.forEach(terminal.note) }
}
