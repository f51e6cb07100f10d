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
    if let column { place += ":\(Self.shortened(column))" }
    let what = Self.shortened(what)
    var text = place.isEmpty ? what : "\(place): \(what)"
    switch (found.map(Self.shortened), expected.map(Self.shortened)) {
    case (let found?, let expected?): text += "; found \(found), expected \(expected)"
    case (let found?, nil): text += "; found \(found)"
    case (nil, let expected?): text += "; expected \(expected)"
    case (nil, nil): break
    }
    if let advice = advice.map(Self.shortened) { text += "; \(advice)" }
    return text
  }

  /// Words of more characters are cut in messages.
  private static let longestWord = 200
  /// As many characters a part of a message has at most.
  private static let longestText = 4000

  /// A text of a message without the middle of very long ids: a message is read by people.
  package static func shortened(_ text: String) -> String {
    guard text.utf8.count > longestWord else { return text }
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let count = word.count
      return count > longestWord
        ? "\(word.prefix(60))…\(word.suffix(20)) (\(count) characters)" : String(word)
    }
    let joined = words.joined(separator: " ")
    return joined.count > longestText ? "\(joined.prefix(longestText))…" : joined
  }

  /// The first five of `ids` and how many there are, as mismatch messages list them.
  package static func list(_ ids: some Collection<String>) -> String {
    let shown = ids.prefix(5).joined(separator: ", ")
    return ids.count > 5 ? "\(shown), … (\(ids.count) in all)" : "\(shown) (\(ids.count) in all)"
  }
}
