/// Bad input, told so that a user can mend it: where, what was found, what was expected, what to do.
///
/// The text is `FILE:LINE:COLUMN: what; found X, expected Y; advice`; parts that are unknown are
/// left out.
package struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Why the input cannot be used; decides the exit code.
  package enum Kind: Sendable, Equatable {
    /// Malformed, inconsistent or truncated data (exit code 65).
    case malformed
    /// The file is missing or cannot be read (exit code 66).
    case unreadable
    /// The operating system reported a read failure (exit code 74).
    case readFailed
  }

  package var kind: Kind
  /// The file as the user named it.
  package var path: String?
  /// One-based line (or record) number.
  package var line: Int?
  /// Column number, column name or id.
  package var column: String?
  package var what: String
  package var found: String?
  package var expected: String?
  /// What the user can do.
  package var advice: String?

  package init(
    _ what: String, kind: Kind = .malformed, path: String? = nil, line: Int? = nil,
    column: String? = nil, found: String? = nil, expected: String? = nil, advice: String? = nil
  ) {
    self.what = what
    self.kind = kind
    self.path = path
    self.line = line
    self.column = column
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  package var description: String {
    var place = path ?? ""
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    var text = place.isEmpty ? what : "\(place): \(what)"
    switch (found, expected) {
    case (let found?, let expected?): text += "; found \(found), expected \(expected)"
    case (let found?, nil): text += "; found \(found)"
    case (nil, let expected?): text += "; expected \(expected)"
    case (nil, nil): break
    }
    if let advice { text += "; \(advice)" }
    return text
  }

  /// The first five of `ids` and how many there are, as mismatch messages list them.
  package static func list(_ ids: some Collection<String>) -> String {
    let shown = ids.prefix(5).joined(separator: ", ")
    return ids.count > 5 ? "\(shown), … (\(ids.count) in all)" : "\(shown) (\(ids.count) in all)"
  }
}
