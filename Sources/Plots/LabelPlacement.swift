/// Finds places for labels at which they meet neither each other nor the edge.
struct LabelPlacement {
  private let bounds: Rectangle
  private var taken: [Rectangle]

  /// Labels further above their point than this need a line to it.
  static let near = 14.0

  /// - Parameters:
  ///   - bounds: where labels may stand.
  ///   - obstacles: what they must not meet.
  init(in bounds: Rectangle, avoiding obstacles: [Rectangle] = []) {
    self.bounds = bounds
    taken = obstacles
  }

  /// The box of a label near `point`: above it, then beside it, then further up, to both sides, and
  /// below; nil where none is free. The box found is taken from then on.
  mutating func place(_ text: String, near point: Point, _ style: TextStyle) -> Rectangle? {
    let width = TextMetrics.width(text, style)
    let height = style.lineHeight
    for rise in stride(from: 7.0, through: 100, by: 7) {
      for shift in [0, 0.5, -0.5, 0.9, -0.9] {
        let left = point.x - width / 2 + shift * (width + 8)
        let top = point.y - rise - height
        let leader = Rectangle(
          x: point.x - 1, y: top + height, width: 2, height: max(0, rise - 6))
        if rise > Self.near, taken.contains(where: { $0.meets(leader) }) { continue }
        guard let box = take(left, top, width, height) else { continue }
        if rise > Self.near { taken.append(leader) }
        return box
      }
      for side in [8, -8 - width] where rise == 7 {
        if let box = take(point.x + side, point.y - height / 2, width, height) { return box }
      }
    }
    for shift in [0, 0.5, -0.5] {
      let left = point.x - width / 2 + shift * (width + 8)
      if let box = take(left, point.y + 8, width, height) { return box }
    }
    return nil
  }

  /// A box that is free, moved sideways by at most its width where it would leave the bounds.
  private mutating func take(
    _ left: Double, _ top: Double, _ width: Double, _ height: Double
  ) -> Rectangle? {
    let inside = min(max(left, bounds.x), max(bounds.x, bounds.right - width))
    guard abs(inside - left) <= width else { return nil }
    let box = Rectangle(x: inside, y: top, width: width, height: height)
    return take(box) ? box : nil
  }

  /// Whether `box` is free; it is taken then.
  mutating func take(_ box: Rectangle) -> Bool {
    guard bounds.contains(box), !taken.contains(where: { $0.meets(box) }) else { return false }
    taken.append(box)
    return true
  }
}
