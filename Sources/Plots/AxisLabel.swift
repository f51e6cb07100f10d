/// What an axis shows, and in which unit.
package struct AxisLabel: Sendable {
  package let name: String
  package let unit: String

  /// - Parameter unit: empty where the quantity has none.
  package init(_ name: String, unit: String = "") {
    self.name = name
    self.unit = unit
  }

  /// `Expression (TPM)`, with a power of ten where the labels of the ticks leave it out.
  func text(exponent: Int = 0) -> String {
    var inside = exponent == 0 ? "" : "×" + PlotNumber.power(nil, exponent)
    if !unit.isEmpty { inside += (inside.isEmpty ? "" : " ") + unit }
    return inside.isEmpty ? name : "\(name) (\(inside))"
  }
}
