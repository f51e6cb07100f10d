/// Several histograms beside each other.
package struct HistogramGrid: Chart {
  package var title: String
  package var howToRead: String
  let panels: [HistogramPlot]

  package init(title: String, panels: [HistogramPlot], howToRead: String) {
    self.title = title
    self.howToRead = howToRead
    self.panels = panels
  }

  package var emptyReason: String? {
    panels.isEmpty ? "There are no histograms to show." : nil
  }

  package var summary: String {
    panels.map { "\($0.title): \($0.emptyReason ?? $0.summary)" }.joined(separator: " ")
  }

  private static let titleRoom = 22.0
  private static let gap = 20.0

  /// As many as fit, at most four; fewer where the rows stay as many.
  private func columns(_ width: Double) -> Int {
    let most = max(1, min(4, panels.count, Int((width + Self.gap) / (140 + Self.gap))))
    let rows = (panels.count + most - 1) / most
    return max(1, (panels.count + rows - 1) / max(1, rows))
  }

  private static func panelHeight(_ width: Double) -> Double { max(150, min(220, width * 0.7)) }

  package func height(width: Double) -> Double {
    guard !panels.isEmpty else { return 120 }
    let columns = columns(width)
    let rows = Double((panels.count + columns - 1) / columns)
    let panel = (width - Double(columns - 1) * Self.gap) / Double(columns)
    return rows * (Self.panelHeight(panel) + Self.titleRoom) + (rows - 1) * Self.gap
  }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let columns = columns(box.rectangle.width)
    let width =
      (box.rectangle.width - Double(columns - 1) * Self.gap) / Double(columns)
    let height = Self.panelHeight(width)
    for (index, panel) in panels.enumerated() {
      let x = box.rectangle.x + Double(index % columns) * (width + Self.gap)
      let y =
        box.rectangle.y + Double(index / columns) * (height + Self.titleRoom + Self.gap)
      drawing.text(
        TextMetrics.fit(panel.title, width: width, .strong), x: x,
        baseline: y + TextStyle.strong.size, .strong)
      panel.drawOrExplain(
        on: &drawing, in: Rectangle(x: x, y: y + Self.titleRoom, width: width, height: height))
    }
  }
}
