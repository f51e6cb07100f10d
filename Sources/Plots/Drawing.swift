/// The elements of one SVG picture as text, in the order in which they are painted.
package struct Drawing {
  private(set) var body = ""

  /// Where a text's place lies in it.
  enum Anchor: String {
    case start, middle, end
  }

  mutating func line(_ from: Point, _ to: Point, _ ink: Ink) {
    var path = PathText()
    path.move(from)
    path.line(to)
    element(path, ink)
  }

  /// A line through `points`; places that are not finite interrupt it.
  mutating func polyline(_ points: [Point], _ ink: Ink) {
    element(Self.path(points), ink)
  }

  static func path(_ points: [Point]) -> PathText {
    var path = PathText()
    var isDrawing = false
    for point in points {
      if !point.isFinite {
        isDrawing = false
      } else if isDrawing {
        path.line(point)
      } else {
        path.move(point)
        isDrawing = true
      }
    }
    return path
  }

  /// Many separate lines of one ink, each an element, so that they darken where they cross.
  mutating func polylines(_ lines: [[Point]], _ ink: Ink, opacity: Double) {
    let opacity = PlotNumber.fixed(opacity, decimals: 2)
    body += "<g class=\"\(ink.rawValue)\" stroke-opacity=\"\(opacity)\">\n"
    for points in lines {
      let path = Self.path(points)
      if !path.isEmpty { body += "<path d=\"\(path.text)\"/>\n" }
    }
    body += "</g>\n"
  }

  /// Dots as wide as the ink's stroke.
  mutating func dots(_ points: [Point], _ ink: Ink) {
    var path = PathText()
    for point in points { path.dot(point) }
    element(path, ink)
  }

  mutating func shapes(_ shape: Shape, size: Double, at points: [Point], _ ink: Ink) {
    var path = PathText()
    for point in points { shape.append(size: size, at: point, to: &path) }
    element(path, ink)
  }

  /// The area between two lines over the same places.
  mutating func band(_ lower: [Point], _ upper: [Point], _ ink: Ink) {
    precondition(lower.count == upper.count, "\(lower.count) and \(upper.count) places")
    let kept = lower.indices.filter { lower[$0].isFinite && upper[$0].isFinite }
    guard kept.count > 1 else { return }
    var path = Self.path(kept.map { upper[$0] })
    for index in kept.reversed() { path.line(lower[index]) }
    path.close()
    element(path, ink)
  }

  mutating func polygon(_ points: [Point], _ ink: Ink) {
    var path = Self.path(points)
    path.close()
    element(path, ink)
  }

  mutating func rectangle(_ box: Rectangle, _ ink: Ink) {
    guard box.width > 0, box.height > 0 else { return }
    body += "<rect class=\"\(ink.rawValue)\" x=\"\(PathText.number(box.x))\""
    body += " y=\"\(PathText.number(box.y))\" width=\"\(PathText.number(box.width))\""
    body += " height=\"\(PathText.number(box.height))\"/>\n"
  }

  /// One line of text; `baseline` is its y.
  mutating func text(
    _ text: String, x: Double, baseline: Double, _ style: TextStyle = .body,
    anchor: Anchor = .start, isMuted: Bool = false, hasRim: Bool = false
  ) {
    body += "<text class=\"\(style.rawValue)\(isMuted ? " sq-muted" : "")"
    body += "\(hasRim ? " sq-rim" : "")\""
    body += " x=\"\(PathText.number(x))\" y=\"\(PathText.number(baseline))\""
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    body += ">\(MarkupText.escape(text))</text>\n"
  }

  /// A label in the middle of its box, over data, with a rim that parts it from what lies below.
  mutating func label(_ text: String, in box: Rectangle, _ style: TextStyle) {
    self.text(
      text, x: box.middleX, baseline: box.y + style.size, style, anchor: .middle, hasRim: true)
  }

  /// Lines of text below `top`; returns where they end.
  @discardableResult
  mutating func paragraph(
    _ lines: [String], x: Double, top: Double, _ style: TextStyle = .body,
    anchor: Anchor = .start, isMuted: Bool = false
  ) -> Double {
    var baseline = top + style.size
    for line in lines {
      text(line, x: x, baseline: baseline, style, anchor: anchor, isMuted: isMuted)
      baseline += style.lineHeight
    }
    return top + Double(lines.count) * style.lineHeight
  }

  private mutating func element(_ path: PathText, _ ink: Ink) {
    guard !path.isEmpty else { return }
    body += "<path class=\"\(ink.rawValue)\" d=\"\(path.text)\"/>\n"
  }
}
