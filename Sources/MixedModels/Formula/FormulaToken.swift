/// One lexical element of a formula.
enum FormulaToken: Sendable, Equatable {
  case number(Double, text: String)
  case name(String)
  /// One of `~ + - * / : ^ ( ) | || , =`.
  case symbol(String)

  var text: String {
    switch self {
    case .number(_, let text): text
    case .name(let name): name
    case .symbol(let symbol): symbol
    }
  }

  /// Splits a formula; `column` of an error is the one-based character.
  static func tokens(of formula: String) throws(ModelError) -> [FormulaToken] {
    let characters = Array(formula)
    var tokens: [FormulaToken] = []
    var at = 0
    func isNameStart(_ c: Character) -> Bool { c.isLetter || c == "." || c == "_" }
    while at < characters.count {
      let c = characters[at]
      if c.isWhitespace {
        at += 1
      } else if c.isNumber || (c == "." && at + 1 < characters.count && characters[at + 1].isNumber)
      {
        tokens.append(try number(in: characters, at: &at, formula: formula))
      } else if isNameStart(c) {
        let start = at
        while at < characters.count, isNameStart(characters[at]) || characters[at].isNumber {
          at += 1
        }
        tokens.append(.name(String(characters[start..<at])))
      } else if c == "`" {
        guard let end = characters[(at + 1)...].firstIndex(of: "`") else {
          throw ModelError("unclosed ` in the formula", found: formula)
        }
        tokens.append(.name(String(characters[(at + 1)..<end])))
        at = end + 1
      } else if c == "|", at + 1 < characters.count, characters[at + 1] == "|" {
        tokens.append(.symbol("||"))
        at += 2
      } else if "~+-*/:^()|,=".contains(c) {
        tokens.append(.symbol(String(c)))
        at += 1
      } else {
        throw ModelError(
          "unexpected character in the formula at position \(at + 1)", found: "'\(c)'",
          expected: "names, numbers and ~ + - * / : ^ ( ) | || ,",
          advice: "put names with other characters between backticks")
      }
    }
    return tokens
  }

  private static func number(
    in characters: [Character], at: inout Int, formula: String
  ) throws(ModelError) -> FormulaToken {
    let start = at
    while at < characters.count {
      let c = characters[at]
      let isSign = c == "-" || c == "+"
      let followsExponent = at > start && "eE".contains(characters[at - 1])
      guard c.isNumber || c == "." || c == "e" || c == "E" || (isSign && followsExponent) else {
        break
      }
      at += 1
    }
    let text = String(characters[start..<at])
    guard let value = Double(text) else {
      throw ModelError("malformed number in the formula", found: "'\(text)'")
    }
    return .number(value, text: text)
  }
}
