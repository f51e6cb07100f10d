import BlockGzip

/// Rows of a finished scan, one after another.
package protocol SelectedRows: AnyObject {
  /// The table's first line, without its line end.
  var header: String { get }
  /// What a user should know of the way they are found.
  var notes: [String] { get }

  /// Lends the next row, without its line end.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `InputError` where the result is damaged.
  func withNext(_ body: (UnsafeRawBufferPointer) -> Void) throws(InputError) -> Bool
}
