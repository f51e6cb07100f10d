/// Small marks that differ in form, so that colour need not carry what they mean.
enum Shape {
  case circle, triangle, square, diamond, triangleDown

  /// The shape around the current place of a path, `size` wide, in relative commands.
  func append(size: Double, at point: Point, to path: inout PathText) {
    let half = size / 2
    switch self {
    case .circle:
      path.move(Point(x: point.x - half, y: point.y))
      path.arc(radius: half, dx: size)
      path.arc(radius: half, dx: -size)
    case .triangle, .triangleDown:
      let turn: Double = self == .triangle ? 1 : -1
      path.move(Point(x: point.x, y: point.y - turn * size * 0.58))
      path.line(Point(x: point.x + size * 0.56, y: point.y + turn * size * 0.42))
      path.line(Point(x: point.x - size * 0.56, y: point.y + turn * size * 0.42))
    case .square:
      let half = size * 0.44
      path.move(Point(x: point.x - half, y: point.y - half))
      path.line(Point(x: point.x + half, y: point.y - half))
      path.line(Point(x: point.x + half, y: point.y + half))
      path.line(Point(x: point.x - half, y: point.y + half))
    case .diamond:
      let half = size * 0.62
      path.move(Point(x: point.x, y: point.y - half))
      path.line(Point(x: point.x + half, y: point.y))
      path.line(Point(x: point.x, y: point.y + half))
      path.line(Point(x: point.x - half, y: point.y))
    }
    path.close()
  }
}
