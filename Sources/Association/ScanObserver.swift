/// Hears what a scan does; messages are for standard error, never for results.
package protocol ScanObserver: Sendable {
  /// A sentence about inputs, choices or results.
  func note(_ text: String)
  /// Something the user should look at.
  func warn(_ text: String)
  /// Share of the work done (NaN where unknown) and pairs fitted so far.
  func progress(share: Double, pairs: Int)
}
