/// A picture of data, which knows how it is to be read.
package protocol Chart: Sendable {
  /// What is shown, in a few words.
  var title: String { get }
  /// The sentence that tells a reader how to read the picture. Never empty.
  var howToRead: String { get }
  /// What the picture shows, in words, for those who cannot see it.
  var summary: String { get }
  /// What of the data is not drawn and why, in sentences.
  var notes: [String] { get }
  /// Why there is nothing to draw; nil where there is something.
  var emptyReason: String? { get }
  /// Of the title in a file of its own.
  var titleStyle: TextStyle { get }
  /// The height that goes with a width in pixels.
  func height(width: Double) -> Double
  /// Draws the data into a box.
  func draw(on drawing: inout Drawing, in box: PlotBox)
}

/// A box of a drawing in pixels, which charts are given to draw in.
package struct PlotBox: Sendable {
  let rectangle: Rectangle

  init(_ rectangle: Rectangle) { self.rectangle = rectangle }
}

extension Chart {
  /// How to read the picture, and what is not drawn.
  package var caption: String { ([howToRead] + notes).joined(separator: " ") }

  package var notes: [String] { [] }

  package var titleStyle: TextStyle { .title }

  /// The picture as an SVG element.
  ///
  /// - Parameters:
  ///   - form: a file or a part of a page.
  ///   - width: in pixels, at least 240.
  ///   - cssClass: a further class of the element, for a page's own rules.
  package func svg(_ form: SVGForm, width: Double = 720, cssClass: String = "") -> String {
    precondition(width >= 240 && width <= 10_000, "width \(width)")
    precondition(!howToRead.isEmpty, "\(title) does not say how to read it")
    var drawing = Drawing()
    let height = form == .embedded ? shownHeight(width: width) : framed(on: &drawing, width: width)
    if form == .embedded {
      drawOrExplain(
        on: &drawing, in: Rectangle(x: 0, y: 0, width: width, height: height))
    }
    return document(
      drawing, width: width, height: height.rounded(.up), form: form, cssClass: cssClass)
  }

  /// Title, picture and caption below each other; returns the height of all.
  private func framed(on drawing: inout Drawing, width: Double) -> Double {
    let margin = 14.0
    let inner = width - 2 * margin
    let heading = TextMetrics.wrap(title, width: inner, titleStyle, lines: 6)
    var y = drawing.paragraph(heading, x: margin, top: margin, titleStyle) + 8
    let height = shownHeight(width: inner)
    drawOrExplain(on: &drawing, in: Rectangle(x: margin, y: y, width: inner, height: height))
    y += height + 8
    let lines = TextMetrics.wrap(caption, width: inner, .body)
    return drawing.paragraph(lines, x: margin, top: y, isMuted: true) + margin
  }

  /// A reason needs less room than a picture.
  private func shownHeight(width: Double) -> Double {
    emptyReason == nil ? height(width: width) : min(160, height(width: width))
  }

  /// The picture, or the reason why there is none in a frame.
  func drawOrExplain(on drawing: inout Drawing, in box: Rectangle) {
    guard let emptyReason else {
      draw(on: &drawing, in: PlotBox(box))
      return
    }
    drawing.rectangle(box.inset(left: 0.5, top: 0.5, right: 0.5, bottom: 0.5), .emptyFrame)
    let lines = TextMetrics.wrap(
      emptyReason, width: max(60, box.width - 40), .body,
      lines: max(1, Int((box.height - 20) / TextStyle.body.lineHeight)))
    let height = Double(lines.count) * TextStyle.body.lineHeight
    drawing.paragraph(
      lines, x: box.middleX, top: box.middleY - height / 2, anchor: .middle, isMuted: true)
  }

  private func document(
    _ drawing: Drawing, width: Double, height: Double, form: SVGForm, cssClass: String
  ) -> String {
    let size = "\(PathText.number(width))"
    let tall = "\(PathText.number(height))"
    let name = MarkupText.escape(title)
    var svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sq"
    if !cssClass.isEmpty { svg += " " + MarkupText.escape(cssClass) }
    svg += "\" width=\"\(size)\" height=\"\(tall)\" viewBox=\"0 0 \(size) \(tall)\""
    svg += " role=\"img\" aria-label=\"\(name)\"\(emptyReason == nil ? "" : " data-empty=\"\"")>\n"
    let description = emptyReason ?? ([summary, caption].joined(separator: " "))
    svg += "<title>\(name)</title>\n<desc>\(MarkupText.escape(description))</desc>\n"
    if form == .standalone {
      svg += "<style>\n\(PlotStylesheet.text)</style>\n"
      svg += "<rect class=\"sq-background\" width=\"\(size)\" height=\"\(tall)\"/>\n"
    }
    return svg + drawing.body + "</svg>\n"
  }
}
