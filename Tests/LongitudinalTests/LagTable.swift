import Foundation
import Longitudinal

/// A table of two processes in a file of its own.
struct LagTable {
  let path: String

  /// - Parameter rows: cells under `subject time x y`, separated by spaces.
  init(_ rows: [String], header: String = "subject time x y") throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("slopeqtl-lag-\(UUID().uuidString).tsv").path
    let lines = ([header] + rows).map { $0.replacingOccurrences(of: " ", with: "\t") + "\n" }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
  }

  func rows(covariates: [String] = []) throws -> LagRows {
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try LagRows(
      path: path,
      names: LagRows.Names(
        x: "x", y: "y", subject: "subject", time: "time", covariates: covariates))
  }
}
