import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Plots

/// What every chart must do.
struct ChartTests {
  private static func isWellFormed(_ svg: String) -> Bool {
    XMLParser(data: Data(svg.utf8)).parse()
  }

  @Test(
    "Charts are well-formed XML with a name, a description and a caption, the same bytes each time")
  func chartsAreDocuments() {
    for (name, chart) in ChartSamples.all {
      for width in [280.0, 346, 900] {
        let embedded = chart.svg(.embedded, width: width, cssClass: "wide")
        let standalone = chart.svg(.standalone, width: width)
        #expect(Self.isWellFormed(embedded) && Self.isWellFormed(standalone), "\(name)")
        #expect(embedded == chart.svg(.embedded, width: width, cssClass: "wide"), "\(name)")
        for text in ["<title>", "<desc>", "role=\"img\"", "aria-label=\"", "class=\"sq wide\""] {
          #expect(embedded.contains(text), "\(name) has no \(text)")
        }
        #expect(!embedded.contains("<style>") && standalone.contains("<style>"), "\(name)")
        #expect(!standalone.contains("nan") && !standalone.contains("inf\""), "\(name)")
        #expect(!chart.howToRead.isEmpty && chart.howToRead.hasSuffix("."), "\(name)")
      }
    }
  }

  @Test("Charts without data say why, and are low")
  func emptyChartsSayWhy() throws {
    for (name, chart) in ChartSamples.empty {
      let reason = try #require(chart.emptyReason, "\(name)")
      let svg = chart.svg(.embedded)
      #expect(svg.contains("data-empty") && svg.contains("class=\"sq-empty\""), "\(name)")
      #expect(svg.contains(String(reason.prefix(14))), "\(name)")
      #expect(!svg.contains("sq-axis"), "\(name)")
    }
  }

  @Test("Every ink has a rule in light and in dark, and no variable")
  func stylesheet() throws {
    let css = PlotStylesheet.text
    let parts = css.components(separatedBy: "@media")
    #expect(parts.count == 2)
    for ink in Ink.allCases {
      for part in parts { #expect(part.contains(".\(ink.rawValue){"), "\(ink)") }
    }
    #expect(!css.contains("$") && !css.contains("var("))
  }

  /// Relative luminance of sRGB, WCAG 2.1.
  private static func luminance(_ colour: String) -> Double {
    let digits = Array(colour.dropFirst())
    let channels = [0, 2, 4].map { start -> Double in
      let value = Double(Int(String(digits[start...(start + 1)]), radix: 16) ?? 0) / 255
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  @Test("Classes of linkage get darker on white and lighter on black")
  func linkageIsOrdered() {
    let light = Ink.linkage.map { Self.luminance($0.style.light) }
    let dark = Ink.linkage.map { Self.luminance($0.style.dark) }
    #expect(zip(light, light.dropFirst()).allSatisfy { $0 > $1 })
    #expect(zip(dark, dark.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(
    "Marks that carry meaning have a contrast of 3 to 1 with the background",
    arguments: [false, true])
  func contrasts(isDark: Bool) {
    let ground = Self.luminance(isDark ? Ink.background.style.dark : Ink.background.style.light)
    let inks = Ink.genotypes + Ink.series + [.effect, .threshold, .hit, .early, .late, .turning]
    for ink in inks {
      let mark = Self.luminance(isDark ? ink.style.dark : ink.style.light)
      let contrast = (max(mark, ground) + 0.05) / (min(mark, ground) + 0.05)
      #expect(contrast >= 3, "\(ink): \(contrast)")
    }
  }
}
