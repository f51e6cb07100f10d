import Plots

/// Many small pictures of one kind, with one caption.
package struct ReportGrid: Sendable {
  package let title: String
  package let caption: String
  let pictures: [String]

  /// - Parameter width: of each picture in pixels.
  package init(title: String, charts: [any Chart], width: Double = 270) {
    self.title = title
    caption = charts.first?.howToRead ?? "There are no pictures to show."
    pictures = charts.map { $0.svg(.embedded, width: width) }
  }
}
