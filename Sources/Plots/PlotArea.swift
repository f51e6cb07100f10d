/// The rectangle that data is drawn in, and its axes.
///
/// The name of the y axis stands above the plot, upright: it needs no turned head and no room on
/// the left. Ticks get fewer until their labels do not touch.
struct PlotArea {
  let inner: Rectangle
  let x: LinearScale
  let y: LinearScale
  private let xTicks: AxisTicks
  private let yTicks: AxisTicks
  private let xLines: [String]
  private let yLines: [String]
  private let outer: Rectangle
  private let xRoom: Double

  private static let tickLength = 4.0
  private static let style = TextStyle.small

  /// - Parameters:
  ///   - rightRoom: pixels right of the plot that are kept free.
  ///   - isSquare: whether both axes are to have one length.
  init(
    in box: Rectangle, x xAxis: PlotAxis, y yAxis: PlotAxis, rightRoom: Double = 0,
    isSquare: Bool = false
  ) {
    outer = box
    let line = Self.style.lineHeight
    // Powers of ten in names of axes need the ticks, which need the size: ten digits are enough.
    let estimated = yAxis.ticks(most: max(3, Int(box.height / 42)))
    yLines = TextMetrics.wrap(
      yAxis.label.text(exponent: estimated.exponent), width: box.width, .body, lines: 2)
    let top = Double(yLines.count) * TextStyle.body.lineHeight + 6
    var xRoom = Self.tickLength + 3 + line
    if case .own(let room) = xAxis.kind { xRoom = room }
    self.xRoom = xRoom
    let nameLines = TextMetrics.wrap(
      xAxis.label.text(exponent: -9), width: max(40, box.width * 0.8), .body, lines: 2)
    let bottom = xRoom + Double(nameLines.count) * TextStyle.body.lineHeight + 2

    var height = max(20, box.height - top - bottom)
    let yTicks = yAxis.ticks(most: max(height < 60 ? 3 : 4, Int(height / 34)))
    self.yTicks = yTicks
    let labelWidth = yTicks.labels.lazy.map { TextMetrics.width($0, Self.style) }.max() ?? 0
    let left = labelWidth > 0 ? labelWidth + Self.tickLength + 5 : 2
    let right = max(rightRoom, 10)
    var width = max(20, box.width - left - right)
    if isSquare {
      width = min(width, height)
      height = width
    }
    let (ticks, overhang) = Self.xTicks(xAxis, width: width, leftRoom: left, rightRoom: right)
    width -= overhang
    xTicks = ticks
    xLines = TextMetrics.wrap(
      xAxis.label.text(exponent: ticks.exponent), width: max(40, box.width * 0.8), .body, lines: 2)
    inner = Rectangle(x: box.x + left, y: box.y + top, width: width, height: height)
    x = LinearScale(xAxis.domain, from: inner.x, to: inner.right)
    y = LinearScale(yAxis.domain, from: inner.bottom, to: inner.y)
  }

  /// Ticks whose labels do not touch, and by how many pixels the last label needs the plot to be
  /// narrower.
  private static func xTicks(
    _ axis: PlotAxis, width: Double, leftRoom: Double, rightRoom: Double
  ) -> (AxisTicks, overhang: Double) {
    var most = max(2, Int(width / 45))
    while true {
      let ticks = axis.ticks(most: most)
      let widths = ticks.labels.map { TextMetrics.width($0, style) }
      let scale = LinearScale(axis.domain, from: 0, to: width)
      let places = ticks.values.map { scale($0) }
      let isFree = places.indices.dropFirst().allSatisfy {
        places[$0] - places[$0 - 1] > (widths[$0] + widths[$0 - 1]) / 2 + 8
      }
      if isFree || most <= 2 {
        let last = (places.last ?? 0) + (widths.last ?? 0) / 2 - width
        return (ticks, max(0, last - rightRoom))
      }
      most -= 1
    }
  }

  /// The place of a value; not finite where the value is not.
  func place(_ xValue: Double, _ yValue: Double) -> Point { Point(x: x(xValue), y: y(yValue)) }

  /// Grid, axes and names: what lies below the data.
  func draw(on drawing: inout Drawing, hasGrid: Bool = true) {
    drawing.paragraph(yLines, x: outer.x, top: outer.y)
    for (value, label) in zip(yTicks.values, yTicks.labels) {
      let at = y(value)
      if hasGrid {
        drawing.line(Point(x: inner.x, y: at), Point(x: inner.right, y: at), .grid)
      }
      drawing.text(
        label, x: inner.x - Self.tickLength - 3, baseline: at + Self.style.size * 0.36,
        Self.style, anchor: .end, isMuted: true)
    }
    let bottom = inner.bottom
    for (value, label) in zip(xTicks.values, xTicks.labels) {
      let at = x(value)
      drawing.line(Point(x: at, y: bottom), Point(x: at, y: bottom + Self.tickLength), .axis)
      drawing.text(
        label, x: at, baseline: bottom + Self.tickLength + 3 + Self.style.size, Self.style,
        anchor: .middle, isMuted: true)
    }
    drawing.line(Point(x: inner.x, y: bottom), Point(x: inner.right, y: bottom), .axis)
    let lines = xLines
    drawing.paragraph(
      lines, x: nameX(lines), top: inner.bottom + xRoom, anchor: .middle)
  }

  /// The middle of the plot, or as near to it as the name fits into the box.
  private func nameX(_ lines: [String]) -> Double {
    let half = (lines.lazy.map { TextMetrics.width($0, .body) }.max() ?? 0) / 2
    return min(max(inner.middleX, outer.x + half), max(outer.x + half, outer.right - half))
  }
}
