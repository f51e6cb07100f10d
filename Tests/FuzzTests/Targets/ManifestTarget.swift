import BlockGzip

@testable import Association

/// Manifests of results.
enum ManifestTarget: FuzzTarget {
  static let name = "manifest"
  static let words = [
    "\"schema_version\": 3", "\"shard\": ", "null", "true", "1e308", "-1", "{}", "[]", "\\u0000",
    "\"index\": ", "\"count\": ", "9223372036854775807",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] { [Array(manifestSeed.utf8)] }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    do {
      let manifest = try Manifest.read(path)
      try require(manifest.schemaVersion == Manifest.currentVersion, "another version")
      _ = manifest.shard?.shard
      let written = manifest.encoded()
      let copy = try Manifest.read(try folder.write(written, to: "copy.json"))
      try require(copy.encoded() == written, "another manifest when written again")
    } catch let error as InputError {
      try require(error.kind == .malformed && error.path != nil, "\(error)")
    }
  }
}
