/// Leaves out dots that would lie on another of the same colour.
struct PixelThinning {
  private var seen: Set<UInt64> = []
  private let cell: Double

  /// - Parameter cell: the width in pixels of the squares of which each gets one dot.
  init(cell: Double = 1) {
    precondition(cell > 0, "cell \(cell)")
    self.cell = cell
  }

  /// Whether this is the first dot of its square in this group.
  mutating func isFirst(_ point: Point, group: Int) -> Bool {
    let column = UInt64(max(0, min(point.x / cell, 1e6)))
    let row = UInt64(max(0, min(point.y / cell, 1e6)))
    return seen.insert(UInt64(group) << 42 | column << 21 | row).inserted
  }
}
