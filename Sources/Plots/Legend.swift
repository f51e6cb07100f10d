/// What the marks of a picture mean, in rows above it.
struct Legend {
  enum Swatch {
    case line(Ink, band: Ink?)
    case shape(Shape, Ink)
    case dot(Ink)
    case area(Ink)
  }

  /// Before the entries; empty for none.
  var heading = ""
  var entries: [(swatch: Swatch, label: String)]
  /// Whether each entry has a row of its own.
  var isColumn = false

  private static let swatchWidth = 26.0
  private static let dotWidth = 12.0
  private static let gap = 16.0
  private static let style = TextStyle.small
  private static let row = 18.0

  /// Where each entry stands, from the left and top of the legend, and the height of all.
  private func layout(width: Double) -> (places: [Point], height: Double) {
    var places: [Point] = []
    var x = 0.0
    var y = 0.0
    if !heading.isEmpty { x = TextMetrics.width(heading, Self.style) + 10 }
    for entry in entries {
      let label = Self.label(entry.label, width: width)
      let needed = Self.room(entry.swatch) + TextMetrics.width(label, Self.style)
      if x > 0, isColumn || x + needed > width {
        x = 0
        y += Self.row
      }
      places.append(Point(x: x, y: y))
      x += needed + Self.gap
    }
    return (places, entries.isEmpty ? 0 : y + Self.row)
  }

  private static func label(_ text: String, width: Double) -> String {
    TextMetrics.fit(text, width: max(20, width - swatchWidth - 6), style)
  }

  private static func room(_ swatch: Swatch) -> Double {
    if case .line = swatch { return swatchWidth + 6 }
    return dotWidth + 5
  }

  func height(width: Double) -> Double { layout(width: width).height }

  /// Draws the rows from the top of `box` and returns what is left of it.
  func draw(on drawing: inout Drawing, in box: Rectangle) -> Rectangle {
    let (places, height) = layout(width: box.width)
    let baseline = Self.row / 2 + Self.style.size * 0.36
    if !heading.isEmpty, !entries.isEmpty {
      drawing.text(heading, x: box.x, baseline: box.y + baseline, Self.style, isMuted: true)
    }
    for (entry, place) in zip(entries, places) {
      let start = Point(x: box.x + place.x, y: box.y + place.y + Self.row / 2)
      Self.draw(entry.swatch, at: start, on: &drawing)
      drawing.text(
        Self.label(entry.label, width: box.width), x: start.x + Self.room(entry.swatch),
        baseline: box.y + place.y + baseline, Self.style)
    }
    return box.inset(top: height > 0 ? height + 6 : 0)
  }

  private static func draw(_ swatch: Swatch, at start: Point, on drawing: inout Drawing) {
    let middle = Point(x: start.x + dotWidth / 2, y: start.y)
    switch swatch {
    case .line(let ink, let band):
      if let band {
        drawing.rectangle(
          Rectangle(x: start.x, y: start.y - 6, width: swatchWidth, height: 12), band)
      }
      drawing.line(start, Point(x: start.x + swatchWidth, y: start.y), ink)
    case .shape(let shape, let ink): drawing.shapes(shape, size: 9, at: [middle], ink)
    case .dot(let ink): drawing.dots([middle], ink)
    case .area(let ink):
      drawing.rectangle(Rectangle(x: start.x, y: start.y - 6, width: 12, height: 12), ink)
    }
  }
}
