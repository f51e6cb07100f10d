/// A linear combination of a model's coefficients, such as `arm + 12 * time:arm = 5`.
public struct LinearCombination: Sendable, Equatable {
  /// As written.
  public var text: String
  /// One per fixed column.
  public var weights: [Double]
  /// What it is compared with.
  public var value = 0.0

  /// - Parameters:
  ///   - text: numbers times names, added up; what stands right of `=` is what it is compared with.
  ///   - names: of the fixed columns; those that are no plain names may stand between backquotes.
  /// - Throws: `ModelError` for a name that no coefficient has.
  public init(_ text: String, names: [String]) throws(ModelError) {
    self.text = text
    weights = [Double](repeating: 0, count: names.count)
    var scanner = Scanner(rest: text[...], names: names, text: text)
    var sign = 1.0
    var isRight = false
    var isFirst = true
    while true {
      scanner.skipSpaces()
      if scanner.rest.isEmpty { break }
      if scanner.accept("=") {
        guard !isRight, !isFirst else { throw scanner.malformed() }
        (isRight, isFirst, sign) = (true, true, 1)
        continue
      }
      if scanner.accept("-") {
        sign = -sign
      } else if !scanner.accept("+"), !isFirst {
        throw scanner.malformed()
      }
      let (factor, column) = try scanner.term()
      let side = isRight ? -1.0 : 1.0
      if let column {
        weights[column] += side * sign * factor
      } else {
        value -= side * sign * factor
      }
      (sign, isFirst) = (1, false)
    }
    guard !isRight || !isFirst else { throw scanner.malformed() }
    guard value.isFinite, weights.allSatisfy(\.isFinite), weights.contains(where: { $0 != 0 })
    else {
      throw ModelError(
        "a contrast of nothing, '\(text)'", found: "no coefficient with a weight other than 0",
        expected: "numbers times coefficients, added up: \(names.joined(separator: ", "))")
    }
  }

  private struct Scanner {
    var rest: Substring
    let names: [String]
    let text: String

    mutating func skipSpaces() { while rest.first?.isWhitespace == true { rest.removeFirst() } }

    mutating func accept(_ symbol: Character) -> Bool {
      skipSpaces()
      guard rest.first == symbol else { return false }
      rest.removeFirst()
      return true
    }

    func malformed() -> ModelError {
      ModelError(
        "malformed contrast '\(text)'", found: rest.isEmpty ? "its end" : "'\(rest)'",
        expected: "numbers times coefficients, added up: \(names.joined(separator: ", "))")
    }

    /// `2`, `name`, `2 * name`, `name / 2`; nil for a number alone.
    mutating func term() throws(ModelError) -> (Double, Int?) {
      var factor = 1.0
      var column: Int?
      var divides = false
      repeat {
        skipSpaces()
        if let found = name() {
          guard column == nil, !divides else { throw malformed() }
          column = found
        } else if let number = number() {
          factor = divides ? factor / number : factor * number
        } else {
          throw malformed()
        }
        if accept("*") {
          divides = false
        } else if accept("/") {
          divides = true
        } else {
          return (factor, column)
        }
      } while true
    }

    /// The longest coefficient name that comes next.
    private mutating func name() -> Int? {
      var best: (index: Int, length: Int)?
      for (index, name) in names.enumerated() {
        for form in [name, "`\(name)`"] where rest.hasPrefix(form) {
          let after = rest.dropFirst(form.count).first
          let isWhole = after.map { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != ":" } ?? true
          if isWhole, form.count > best?.length ?? 0 { best = (index, form.count) }
        }
      }
      guard let best else { return nil }
      rest = rest.dropFirst(best.length)
      return best.index
    }

    private mutating func number() -> Double? {
      var digits = rest.prefix { $0.isNumber || $0 == "." }
      guard !digits.isEmpty else { return nil }
      // 1e5, 1e-5
      let tail = rest.dropFirst(digits.count)
      if tail.first == "e" || tail.first == "E" {
        let sign = tail.dropFirst().prefix(1).prefix { $0 == "-" || $0 == "+" }
        let power = tail.dropFirst(1 + sign.count).prefix(while: \.isNumber)
        if !power.isEmpty { digits = rest.prefix(digits.count + 1 + sign.count + power.count) }
      }
      guard let value = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      return value
    }
  }
}
