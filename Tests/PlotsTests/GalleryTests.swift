import Foundation
import FoundationXML
import Plots
import TestSupport
import Testing

/// Every sample in every form.
struct GalleryTests {
  @Test("samples are files of well-formed XML, in $SLOPEQTL_GALLERY where that names a folder")
  func galleryIsWritten() throws {
    let temporary = try TemporaryFolder()
    let folder =
      ProcessInfo.processInfo.environment["SLOPEQTL_GALLERY"] ?? temporary.path("gallery")
    let url = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, chart) in ChartSamples.all {
      let wide = name.hasPrefix("locus") ? 1100.0 : name.hasPrefix("small") ? 280 : 720
      try Data(chart.svg(.standalone, width: wide).utf8)
        .write(to: url.appendingPathComponent("\(name).svg"))
      try Data(chart.svg(.standalone, width: 358).utf8)
        .write(to: url.appendingPathComponent("\(name)-narrow.svg"))
      for file in ["\(name).svg", "\(name)-narrow.svg"] {
        let parser = XMLParser(data: try Data(contentsOf: url.appendingPathComponent(file)))
        #expect(parser.parse(), "\(file)")
      }
    }
  }
}
