/// What a user asks of a model's fixed part: `arm at time = 0, 12`, `time by arm at age = 40, 60`.
public struct MarginalRequest: Sendable, Equatable {
  /// A variable or an expression of the formula, and the values it is set to.
  public struct Setting: Sendable, Equatable {
    /// A variable or an expression.
    public var name: String
    /// Numbers or levels.
    public var values: [String]
  }

  /// What stands before `by` and `at`, by commas.
  public var subjects: [String]
  /// Further factors.
  public var by: [String] = []
  /// Settings of variables, in the order written.
  public var at: [Setting] = []

  /// - Throws: `ModelError` for a text of another form.
  public init(_ text: String) throws(ModelError) {
    let words = Self.split(text, at: " at ")
    guard words.count <= 2 else { throw Self.malformed(text) }
    let parts = Self.split(words[0], at: " by ")
    guard parts.count <= 2 else { throw Self.malformed(text) }
    subjects = Self.split(parts[0], at: ",")
    if parts.count == 2 { by = Self.split(parts[1], at: ",") }
    if words.count == 2 {
      for setting in Self.split(words[1], at: ";") {
        let sides = Self.split(setting, at: "=")
        guard sides.count == 2 else { throw Self.malformed(text) }
        at.append(Setting(name: sides[0], values: Self.split(sides[1], at: ",")))
      }
    }
    let all = subjects + by + at.flatMap { [$0.name] + $0.values }
    guard !all.contains("") else { throw Self.malformed(text) }
  }

  private static func malformed(_ text: String) -> ModelError {
    ModelError(
      "malformed request", found: "'\(text)'",
      expected: "names by commas, then 'by' further factors, then 'at' settings, such as "
        + "'arm at time = 0, 12; age = 50'")
  }

  /// Trimmed pieces between separators that stand outside parentheses and backquotes.
  private static func split(_ text: String, at separator: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var depth = 0
    var isQuoted = false
    var rest = text[...]
    while let character = rest.first {
      if character == "`" { isQuoted.toggle() }
      if !isQuoted {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        if depth == 0, rest.hasPrefix(separator) {
          pieces.append(piece)
          piece = ""
          rest = rest.dropFirst(separator.count)
          continue
        }
      }
      piece.append(character)
      rest = rest.dropFirst()
    }
    return (pieces + [piece]).map(Self.trimmed)
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    if text.count > 1, text.first == "`", text.last == "`" { text = text.dropFirst().dropLast() }
    return String(text)
  }
}
