import MixedModels

/// A value that a new measurement may exceed, or fall below.
package struct Threshold: Sendable, Equatable {
  package var value: Double
  package var isBelow = false

  /// `90`, `> 90` or `< 90`; nil for anything else.
  package init?(_ text: String) {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    if let sign = rest.first, sign == ">" || sign == "<" {
      isBelow = sign == "<"
      rest.removeFirst()
    }
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    guard let value = Double(rest), value.isFinite else { return nil }
    self.value = value
  }

  /// The probability that a new measurement is beyond it.
  func probability(_ prediction: Prediction) -> Double {
    let above = prediction.probability(above: value)
    return isBelow ? 1 - above : above
  }
}
