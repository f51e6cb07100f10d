/// A line at a level of significance.
package struct PlotThreshold: Sendable {
  package let minusLog10P: Double
  package let label: String

  package init(minusLog10P: Double, label: String) {
    precondition(minusLog10P.isFinite, "threshold \(minusLog10P)")
    self.minusLog10P = minusLog10P
    self.label = label
  }

  /// The line across a plot, and its label above or below it where fewest of `dots` lie, as near to
  /// its right end as that allows.
  func draw(
    on drawing: inout Drawing, in area: PlotArea, dots: [Point], placement: inout LabelPlacement
  ) {
    let at = area.y(minusLog10P)
    guard at >= area.inner.y, at <= area.inner.bottom else { return }
    drawing.line(
      Point(x: area.inner.x, y: at), Point(x: area.inner.right, y: at), .threshold)
    let text = TextMetrics.fit(label, width: area.inner.width, .small)
    let width = TextMetrics.width(text, .small)
    let steps = 16.0
    let room = max(0, area.inner.width - width)
    let boxes = stride(from: 0, through: steps, by: 1).flatMap { step in
      [at - 17, at + 3].map { top in
        Rectangle(
          x: area.inner.right - width - room * step / steps, y: top, width: width,
          height: TextStyle.small.lineHeight)
      }
    }
    let crowds = boxes.map { box in
      dots.lazy.filter { $0.x > box.x && $0.x < box.right && $0.y > box.y && $0.y < box.bottom }
        .count
    }
    let order = boxes.indices.sorted { (crowds[$0] / 2, $0) < (crowds[$1] / 2, $1) }
    for index in order where placement.take(boxes[index]) {
      drawing.label(text, in: boxes[index], .small)
      return
    }
  }
}
