import BlockGzip
import CPlatform
import FoundationEssentials
import MixedModels

/// `PREFIX.manifest.json`: what was run, on what, and what came out.
struct Manifest: Encodable {
  struct Program: Encodable {
    var name: String
    var version: String
  }

  struct Design: Encodable {
    var donors: Int
    var samples: Int
    var times: [Double]
    var visitPatterns: Int
    /// Ids ignored or dropped, and why.
    var notes: [String]
  }

  struct Input: Encodable {
    var role: String
    var path: String
    var bytes: Int
    var md5: String
  }

  struct HistogramRow: Encodable {
    var minimumMaf: Double
    var maximumMaf: Double
    /// Counts of pval_gi in equal bins from 0 to 1.
    var counts: [Int]
  }

  struct Chunk: Encodable {
    var index: Int
    var genes: Int
    var pairs: Int
    var rows: Int
    var crc32: String
  }

  struct Resources: Encodable {
    var threads: Int
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMemoryMib: Double
  }

  var schemaVersion = 1
  var program: Program
  /// The instruction set of the inner loops.
  var simdLevel: String
  var command: [String]
  var formula: String
  var criterion: String
  var degreesOfFreedom: String
  var refit: String
  var timeCenter: Double
  /// No part of a scan is random yet.
  var seed: Int?
  var design: Design
  var inputs: [Input]
  var genes: Int
  var pairs: Int
  var rows: Int
  var pairsByStatus: [String: Int]
  var variantsByVerdict: [String: Int]
  var pvalueHistograms: [HistogramRow]
  var chunks: [Chunk]
  var resources: Resources

  /// Pretty-printed with sorted keys in snake case.
  func write(to path: String) throws(OutputError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do {
      var data = try encoder.encode(self)
      data.append(UInt8(ascii: "\n"))
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw OutputError(.writeFailed, path: path, reason: "\(error)")
    }
    try synchronizeFile(path)
  }
}
