/// The `d` of an SVG path in tenths of a pixel and relative commands, which are half as long.
///
/// Steps are taken between rounded places, so that their errors do not add up.
struct PathText {
  private(set) var text = ""
  private var x = 0
  private var y = 0

  var isEmpty: Bool { text.isEmpty }

  mutating func move(_ point: Point) {
    x = Self.tenths(point.x)
    y = Self.tenths(point.y)
    text += "M"
    append(x, y)
  }

  mutating func line(_ point: Point) {
    let newX = Self.tenths(point.x)
    let newY = Self.tenths(point.y)
    text += "l"
    append(newX - x, newY - y)
    x = newX
    y = newY
  }

  /// Half a circle to a place on the same height.
  mutating func arc(radius: Double, dx: Double) {
    let step = Self.tenths(dx)
    let size = Self.number(tenths: Self.tenths(radius))
    text += "a\(size) \(size) 0 1 0 \(Self.number(tenths: step)) 0"
    x += step
  }

  /// A line of no length at `point`: a dot as wide as the stroke.
  mutating func dot(_ point: Point) {
    move(point)
    text += "h0"
  }

  mutating func close() { text += "z" }

  private mutating func append(_ first: Int, _ second: Int) {
    text += Self.number(tenths: first)
    if second >= 0 { text += " " }
    text += Self.number(tenths: second)
  }

  /// Places far outside of any picture stay finite.
  static func tenths(_ value: Double) -> Int {
    precondition(!value.isNaN, "a coordinate is not a number")
    return Int((min(max(value, -1e6), 1e6) * 10).rounded())
  }

  static func number(tenths: Int) -> String {
    if tenths % 10 == 0 { return String(tenths / 10) }
    let size = tenths.magnitude
    let whole = size < 10 ? "" : String(size / 10)
    return (tenths < 0 ? "-" : "") + whole + "." + String(size % 10)
  }

  static func number(_ value: Double) -> String { number(tenths: tenths(value)) }
}
