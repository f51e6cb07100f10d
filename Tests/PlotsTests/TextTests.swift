import Testing

@testable import Plots

/// Text: safe, measured, wrapped.
struct TextTests {
  @Test("Markup, control characters and turned directions cannot leave their text")
  func escaping() {
    #expect(
      MarkupText.escape("a<b>&\"'\n\u{0}\u{202E}é")
        == "a&lt;b&gt;&amp;&quot;&#39; \u{FFFD}\u{FFFD}é")
    // One character for Swift, two for a parser of markup.
    #expect(MarkupText.escape("<\u{301}x") == "&lt;\u{301}x")
    #expect(MarkupText.clean("<\u{7}\t&") == "<\u{FFFD} &")
  }

  @Test("Wrapped lines fit, and hold all of the text", arguments: [60.0, 100, 333])
  func wrapping(width: Double) {
    let text =
      "Each dot is a variant; chr12_KI270834v1_alt:118119120:ACGTACGTACGTACGTACGT is one of them."
    let lines = TextMetrics.wrap(text, width: width, .body)
    #expect(lines.allSatisfy { TextMetrics.width($0, .body) <= width })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
  }

  @Test("Lines beyond the allowed number end in an ellipsis that fits")
  func wrappingIsLimited() {
    let lines = TextMetrics.wrap("one two three four five six seven", width: 50, .body, lines: 2)
    #expect(lines.count == 2)
    #expect(lines[1].hasSuffix("…") && TextMetrics.width(lines[1], .body) <= 50)
    #expect(TextMetrics.fit("short", width: 100, .body) == "short")
    #expect(TextMetrics.fit("ACGTACG…/ACGTACG…", width: 62, .body).hasSuffix("…"))
    #expect(!TextMetrics.fit("ACGTACG…/ACGTACG…", width: 62, .body).contains("……"))
  }

  @Test("Labels that are placed meet neither each other nor the edge")
  func placement() {
    var numbers = SplitMix(state: 3)
    let bounds = Rectangle(x: 0, y: 0, width: 400, height: 300)
    var placement = LabelPlacement(in: bounds)
    var boxes: [Rectangle] = []
    for index in 0..<80 {
      let point = Point(x: numbers.next() * 400, y: numbers.next() * 300)
      if let box = placement.place("GENE\(index)", near: point, .small) { boxes.append(box) }
    }
    #expect(boxes.count > 20)
    for (index, box) in boxes.enumerated() {
      #expect(bounds.contains(box))
      #expect(!boxes[..<index].contains { $0.meets(box) })
    }
  }

  @Test("A long label at the edge is moved inside")
  func placementAtTheEdge() throws {
    var placement = LabelPlacement(in: Rectangle(x: 0, y: 0, width: 200, height: 100))
    let found = placement.place("a rather long label", near: Point(x: 195, y: 60), .small)
    let box = try #require(found)
    #expect(box.right <= 200)
  }
}
