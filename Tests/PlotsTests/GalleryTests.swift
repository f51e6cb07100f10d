import Foundation
import Plots
import TestSupport
import Testing

/// Every sample in every form.
struct GalleryTests {
  @Test("Samples are written as files where $SLOPEQTL_GALLERY names a folder")
  func galleryIsWritten() throws {
    guard let folder = ProcessInfo.processInfo.environment["SLOPEQTL_GALLERY"] else { return }
    let url = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, chart) in ChartSamples.all {
      let wide = name.hasPrefix("locus") ? 1100.0 : name.hasPrefix("small") ? 280 : 720
      try Data(chart.svg(.standalone, width: wide).utf8)
        .write(to: url.appendingPathComponent("\(name).svg"))
      try Data(chart.svg(.standalone, width: 358).utf8)
        .write(to: url.appendingPathComponent("\(name)-narrow.svg"))
    }
  }
}
