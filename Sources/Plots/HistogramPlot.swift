/// How often values fall into bins.
package struct HistogramPlot: Chart {
  /// A value to be marked by a vertical line.
  package struct Marker: Sendable {
    package let value: Double
    package let label: String

    package init(value: Double, label: String) {
      self.value = value
      self.label = label
    }
  }

  package var title: String
  package var howToRead: String
  let edges: [Double]
  let counts: [Double]
  let axis: AxisLabel
  let countName: String
  let markers: [Marker]
  let isShare: Bool

  /// - Parameters:
  ///   - edges: of the bins, ascending, one more than `counts`.
  ///   - countName: what is counted, as the name of the y axis.
  ///   - isShare: whether bars are shares of all counts, in percent.
  package init(
    title: String, edges: [Double], counts: [Double], axis: AxisLabel, countName: String,
    markers: [Marker] = [], isShare: Bool = false, howToRead: String
  ) {
    precondition(
      edges.count == counts.count + 1 || counts.isEmpty,
      "\(edges.count) edges of \(counts.count) bins")
    precondition(
      zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }, "edges do not ascend")
    self.title = title
    self.howToRead = howToRead
    self.edges = edges
    self.counts = counts.map { $0.isFinite ? max(0, $0) : 0 }
    self.axis = axis
    self.countName = countName
    self.markers = markers
    self.isShare = isShare
  }

  private var sum: Double { counts.reduce(0, +) }

  package var emptyReason: String? {
    sum > 0 ? nil : "There is nothing to count: all bins of “\(title)” are empty."
  }

  package var summary: String {
    guard let largest = counts.indices.max(by: { counts[$0] < counts[$1] }) else { return "" }
    return "\(PlotNumber.count(Int(min(sum, 1e15)))) counted; most between"
      + " \(PlotNumber.significant(edges[largest])) and"
      + " \(PlotNumber.significant(edges[largest + 1]))."
  }

  package func height(width: Double) -> Double { width < 480 ? 240 : min(300, width * 0.42) }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let sum = sum
    let heights = isShare ? counts.map { $0 / sum } : counts
    let highest = heights.max() ?? 1
    let isWhole = counts.allSatisfy { $0 == $0.rounded() }
    var domain = edges[0]...edges[counts.count]
    for marker in markers { domain = domain.including(marker.value) }
    let area = PlotArea(
      in: box.rectangle, x: PlotAxis(domain: domain, label: axis),
      y: PlotAxis(
        domain: 0...(highest * (markers.isEmpty ? 1.05 : 1.3)), label: AxisLabel(countName),
        kind: isShare ? .share : isWhole ? .integer : .number))
    area.draw(on: &drawing)
    for index in heights.indices where heights[index] > 0 {
      let left = area.x(edges[index])
      let right = area.x(edges[index + 1])
      // A bar that is there is seen, however low.
      let top = min(area.y(heights[index]), area.inner.bottom - 1)
      let gap = right - left > 4 ? 0.5 : 0
      drawing.rectangle(
        Rectangle(
          x: left + gap, y: top, width: right - left - 2 * gap, height: area.inner.bottom - top),
        .bar)
    }
    drawMarkers(on: &drawing, in: area)
  }

  private func drawMarkers(on drawing: inout Drawing, in area: PlotArea) {
    let lines = markers.filter(\.value.isFinite).map {
      Rectangle(x: area.x($0.value) - 2, y: area.inner.y, width: 4, height: area.inner.height)
    }
    var placement = LabelPlacement(in: area.inner, avoiding: lines)
    for marker in markers where marker.value.isFinite {
      let x = area.x(marker.value)
      drawing.line(
        Point(x: x, y: area.inner.y), Point(x: x, y: area.inner.bottom), .marker)
      let text = TextMetrics.fit(marker.label, width: area.inner.width - 12, .small)
      let width = TextMetrics.width(text, .small)
      search: for row in 0..<4 {
        for left in [x + 5, x - 5 - width] {
          let box = Rectangle(
            x: left, y: area.inner.y + Double(row) * 15, width: width, height: 15)
          if placement.take(box) {
            drawing.text(text, x: left, baseline: box.y + TextStyle.small.size, .small)
            break search
          }
        }
      }
    }
  }
}
