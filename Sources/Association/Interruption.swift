import CPlatform

/// SIGINT and SIGTERM as a wish to stop at the next safe place.
package enum Interruption {
  /// From now on the first such signal is only noted; a second one ends the process.
  package static func watch() { platform_note_interrupts() }

  /// The number of the signal noted, if there was one.
  static var signal: Int32? {
    let signal = platform_noted_interrupt()
    return signal == 0 ? nil : signal
  }
}
