import Foundation
import Plots
import Report
import TestSupport
import Testing

/// Pages as a browser shows them.
@Suite(.serialized, .enabled(if: BrowserCheck.isAvailable, Comment(rawValue: BrowserCheck.reason)))
struct BrowserTests {
  @Test("A page with every block and every chart has nothing to stumble over")
  func samplePageIsClean() throws {
    let html = try SamplePage.page.html()
    if let folder = ProcessInfo.processInfo.environment["SLOPEQTL_GALLERY"] {
      try Data(html.utf8).write(
        to: URL(fileURLWithPath: folder).appendingPathComponent("page.html"))
    }
    let findings = try BrowserCheck.findings(inPage: html)
    #expect(findings == [])
  }

  @Test("Charts as files of their own have nothing to stumble over")
  func standaloneChartsAreClean() throws {
    let pictures = ChartSamples.all.flatMap { name, chart -> [String] in
      let wide = name.hasPrefix("small") ? 280.0 : 1100
      return [chart.svg(.standalone, width: wide), chart.svg(.standalone, width: 330)]
    }
    let html = "<!DOCTYPE html><body>" + pictures.joined(separator: "<br>") + "</body>"
    let findings = try BrowserCheck.findings(inPage: html)
    #expect(findings == [])
  }

  private static func page(_ svg: String) throws -> String {
    try ReportPage(
      title: "T", subtitle: "",
      sections: [
        ReportSection(
          id: "a", heading: "A",
          blocks: [.figure(ReportFigure(svg: svg, title: "planted", howToRead: "Look."))])
      ]
    ).html()
  }

  private static func svg(_ body: String) -> String {
    """
    <svg class="sq" xmlns="http://www.w3.org/2000/svg" width="300" height="100" \
    viewBox="0 0 300 100" aria-label="planted">\(body)</svg>
    """
  }

  @Test(
    "Faults that are planted are found at both widths",
    arguments: [
      (
        "<path class=\"sq-bar\" d=\"M5 5h9v9z\"/><text x=\"20\" y=\"50\">first</text><text x=\"30\" y=\"52\">second</text>",
        "picture “planted”: text “first” overlaps “second”"
      ),
      (
        "<path class=\"sq-bar\" d=\"M5 5h9v9z\"/><text x=\"280\" y=\"50\">cut at the right</text>",
        "picture “planted”: text “cut at the right” is cut"
      ),
      (
        "<rect class=\"sq-bar\" x=\"250\" y=\"50\" width=\"90\" height=\"9\"/>",
        "picture “planted”: a mark “sq-bar” is cut"
      ),
      ("<path class=\"sq-axis\" d=\"M0 90h200\"/>", "picture “planted”: no marks"),
    ])
  func plantedFaultsAreFound(body: String, finding: String) throws {
    let findings = try BrowserCheck.findings(inPage: Self.page(Self.svg(body)))
    #expect(Set(findings) == ["390 px: \(finding)", "1400 px: \(finding)"])
  }

  @Test("A page that is too wide, an empty section and a loaded picture are found")
  func pageFaultsAreFound() throws {
    let findings = try BrowserCheck.findings(
      inPage: """
        <!DOCTYPE html><html><body><section><h2>Nothing</h2><p> </p></section>
        <div style="width:800px">wide</div><img src="http://example.org/x.png" alt="">
        </body></html>
        """)
    #expect(findings.contains("390 px: the page is 808 pixels wide"))
    #expect(!findings.contains { $0.hasPrefix("1400 px: the page is") })
    #expect(findings.contains("1400 px: section “Nothing” has no content"))
    #expect(findings.contains("390 px: the page loads http://example.org/x.png"))
  }

  @Test("A picture that says why it is empty needs no marks")
  func emptyPicturesAreFine() throws {
    let chart = QQPlot(series: [], band: nil)
    let findings = try BrowserCheck.findings(inPage: Self.page(chart.svg(.embedded)))
    #expect(findings == [])
  }
}
