/// Finds places for labels at which they meet neither each other nor the edge.
struct LabelPlacement {
  private let bounds: Rectangle
  private var taken: [Rectangle]

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
        let box = Rectangle(
          x: point.x - width / 2 + shift * (width + 8), y: point.y - rise - height, width: width,
          height: height)
        if take(box) { return box }
      }
      for side in [8, -8 - width] where rise == 7 {
        let box = Rectangle(
          x: point.x + side, y: point.y - height / 2, width: width, height: height)
        if take(box) { return box }
      }
    }
    for shift in [0, 0.5, -0.5] {
      let box = Rectangle(
        x: point.x - width / 2 + shift * (width + 8), y: point.y + 8, width: width, height: height)
      if take(box) { return box }
    }
    return nil
  }

  /// Whether `box` is free; it is taken then.
  mutating func take(_ box: Rectangle) -> Bool {
    guard bounds.contains(box), !taken.contains(where: { $0.meets(box) }) else { return false }
    taken.append(box)
    return true
  }
}
