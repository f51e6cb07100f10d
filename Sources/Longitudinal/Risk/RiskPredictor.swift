import MixedModels

/// What of a subject's trajectory a risk model uses.
package struct RiskPredictor: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// The subject's mean at a time.
    case level(Double)
    /// The slope of its mean: everywhere the same, or at a time.
    case slope(Double?)
    /// The probability that a new measurement at a time is beyond a threshold.
    case exceed(Threshold, Double)
    /// A random effect by its name; all of them where nil.
    case effect(String?)
  }

  package var kind: Kind
  /// As written: the name of its coefficient.
  package var name: String

  /// `level@T`, `slope`, `slope@T`, `exceed:V@T`, `blup`, `blup:TERM`; nil for anything else.
  package init?(_ text: String) {
    let text = Self.trimmed(text)
    name = text
    if text == "slope" {
      kind = .slope(nil)
    } else if text == "blup" {
      kind = .effect(nil)
    } else if text.hasPrefix("blup:") {
      guard text.count > 5 else { return nil }
      kind = .effect(String(text.dropFirst(5)))
    } else {
      let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let time = Double(Self.trimmed(parts[1])), time.isFinite else {
        return nil
      }
      switch Self.trimmed(parts[0]) {
      case "level": kind = .level(time)
      case "slope": kind = .slope(time)
      case let what where what.hasPrefix("exceed:"):
        guard let threshold = Threshold(String(what.dropFirst(7))) else { return nil }
        kind = .exceed(threshold, time)
      default: return nil
      }
    }
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  /// A list with commas, those within parentheses left alone; nil where an item means nothing.
  package static func list(_ text: String) -> [RiskPredictor]? {
    var items = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        items.append("")
      } else {
        items[items.count - 1].append(character)
      }
    }
    let found = items.compactMap { RiskPredictor($0) }
    return found.count == items.count && Set(found.map(\.name)).count == found.count ? found : nil
  }

  /// Whether it is a function of the random effects that is linear, so that its distribution given
  /// the measurements is normal; a probability that those give is known as such.
  var isLinear: Bool { if case .exceed = kind { false } else { true } }
}
