import Plots

/// A picture with its title and how to read it.
///
/// Text in a picture that is shrunk to a telephone is too small to read. A page has the picture twice,
/// for wide and for narrow windows, and shows one.
package struct ReportFigure: Sendable {
  package let title: String
  package let caption: String
  let wide: String
  let narrow: String?

  /// The width of pictures for wide windows, in pixels; windows of 760 and less show the narrow one.
  package static let wideWidth = 900.0
  /// A window of 390 pixels without margins.
  package static let narrowWidth = 346.0

  /// A chart, whose caption says how it is to be read.
  package init(_ chart: any Chart, width: Double = wideWidth) {
    title = chart.title
    caption = chart.caption
    wide = chart.svg(.embedded, width: width, cssClass: "wide")
    narrow = chart.svg(.embedded, width: Self.narrowWidth, cssClass: "narrow")
  }

  /// A picture that is there already; it is shrunk in narrow windows.
  ///
  /// - Parameter svg: an SVG element, put into the page as it is.
  package init(svg: String, title: String, howToRead: String) {
    precondition(!howToRead.isEmpty, "\(title) does not say how to read it")
    self.title = title
    caption = howToRead
    wide = svg
    narrow = nil
  }
}
