/// Marks of one group beside each other where they would lie on one another.
enum Swarm {
  /// Places for marks `size` wide at heights `ys` around a vertical line.
  ///
  /// Marks in one row of their size are spread from the middle to both sides, in the order of the
  /// data, since that of their heights would make arcs of even rows; closer than their size where
  /// the row would be wider than `width`. No random numbers: the same data give the same picture.
  static func places(
    of ys: [Double], around middle: Double, width: Double, size: Double
  ) -> [Point] {
    precondition(size > 0 && width > 0, "size \(size), width \(width)")
    var rows: [Int: [Int]] = [:]
    for index in ys.indices {
      rows[Int((ys[index] / size).rounded(.down)), default: []].append(index)
    }
    let fullest = rows.values.lazy.map(\.count).max() ?? 1
    let step = min(size, width / Double(max(1, fullest)))
    var places = ys.map { Point(x: middle, y: $0) }
    for row in rows.values {
      for (order, index) in row.enumerated() {
        let side = order % 2 == 0 ? 1.0 : -1.0
        let rank = Double((order + 1) / 2)
        places[index].x += side * rank * step - (row.count % 2 == 0 ? -step / 2 : 0)
      }
    }
    return places
  }
}
