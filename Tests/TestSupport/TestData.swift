import Foundation

/// Where the data sets for tests lie; tests that use one are skipped where it is absent.
package enum TestData {
  package static let url =
    ProcessInfo.processInfo.environment["SLOPEQTL_TEST_DATA"].map { URL(fileURLWithPath: $0) }
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("../shared/data").standardized

  /// Whether a file or folder of the data is there.
  package static func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }

  package static func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
