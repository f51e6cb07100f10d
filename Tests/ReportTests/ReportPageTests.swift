import Foundation
import Plots
import Report
import TestSupport
import Testing

/// The page as text.
struct ReportPageTests {
  @Test("The same page has the same bytes, and names nothing outside of itself")
  func isOneFile() throws {
    let html = try SamplePage.page.html()
    #expect(try html == SamplePage.page.html())
    for word in ["src=", "@import", "url(", "<link", "https:", "{{"] {
      #expect(!html.contains(word), "found \(word)")
    }
    let addresses = html.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
    #expect(!addresses.contains("http:"))
  }

  @Test("What users name cannot become markup, whatever follows its characters")
  func textIsEscaped() throws {
    let hostile = "<\u{301}b onclick='x'>\"\u{301}&\u{0}\u{202E}"
    let page = ReportPage(
      title: hostile, subtitle: hostile,
      sections: [
        ReportSection(
          id: "a", heading: hostile,
          blocks: [
            .paragraph(hostile), .heading(hostile),
            .callout(ReportCallout(.problem, title: hostile, text: hostile)),
            .table(
              ReportTable(
                title: hostile, columns: [.init(hostile)], rows: [[hostile]], note: hostile)),
            .facts([ReportFact(hostile, hostile)]), .copyable(title: hostile, text: hostile),
          ])
      ], footer: hostile)
    let html = try page.html()
    #expect(!html.unicodeScalars.contains("\u{301}") || !html.contains("<\u{301}"))
    #expect(!html.contains("onclick='x'"))
    #expect(!html.unicodeScalars.contains("\u{0}") && !html.unicodeScalars.contains("\u{202E}"))
    #expect(html.contains("&lt;\u{301}b onclick=&#39;x&#39;&gt;&quot;\u{301}&amp;"))
  }

  @Test(
    "Verdicts are told by a word and a sign, not by colour alone",
    arguments: ReportCallout.Verdict.allCases)
  func verdictsAreWords(verdict: ReportCallout.Verdict) throws {
    let page = ReportPage(
      title: "T", subtitle: "",
      sections: [
        ReportSection(id: "a", heading: "A", blocks: [.callout(.init(verdict, title: "so it is"))])
      ])
    let html = try page.html()
    let word = verdict.rawValue.prefix(1).uppercased() + verdict.rawValue.dropFirst()
    #expect(html.contains("<strong>\(word): so it is</strong>"))
    #expect(html.contains("class=\"sign\""))
    #expect(!html.contains("class=\"subtitle\"") && !html.contains("<footer>"))
  }

  @Test("Figures and tables are numbered in their order, and captions say how to read them")
  func numbersAndCaptions() throws {
    let chart = HistogramPlot(
      title: "Counts", edges: [0, 1, 2], counts: [3, 4], axis: AxisLabel("x"), countName: "n",
      howToRead: "Bars are counts.")
    let page = ReportPage(
      title: "T", subtitle: "S",
      sections: [
        ReportSection(
          id: "a", heading: "A", blocks: [.figure(ReportFigure(chart)), .table(SamplePage.table)]),
        ReportSection(
          id: "b", heading: "B",
          blocks: [
            .grid(ReportGrid(title: "Many", charts: [chart, chart])), .table(SamplePage.table),
            .figure(ReportFigure(svg: chart.svg(.embedded), title: "One", howToRead: "So.")),
          ]),
      ])
    let html = try page.html()
    for text in [
      "Figure 1. Counts.</strong> Bars are counts.", "Figure 2. Many.</strong> Bars are counts.",
      "Figure 3. One.</strong> So.", "<strong>Table 1.</strong>", "<strong>Table 2.</strong>",
      "<a href=\"#b\">B</a>", "<section id=\"b\"",
    ] { #expect(html.contains(text), "\(text) is missing") }
  }

  @Test("A row of the table keeps its cells in order, the first as its head")
  func tableCells() throws {
    let table = ReportTable(
      title: "t", columns: [.init("Gene"), .init("p", .number)],
      rows: [["G1", "0.5"], ["G2", ""]])
    let html = try ReportPage(
      title: "T", subtitle: "",
      sections: [ReportSection(id: "a", heading: "A", blocks: [.table(table)])]
    ).html()
    #expect(
      html.contains(
        "<tr><th scope=\"row\" class=\"text\">G1</th><td class=\"number\">0.5</td></tr>"))
    #expect(
      html.contains("<tr><th scope=\"row\" class=\"text\">G2</th><td class=\"number\"></td></tr>"))
  }
}
