import BlockGzip
import Testing

@testable import Association

@Suite("A manifest")
struct ManifestTests {
  @Test("is refused with histograms of another shape, which a merge would add up")
  func histograms() throws {
    let folder = try FuzzFolder()
    let manifest = try Manifest.read(try folder.write(text: manifestSeed, to: "whole"))
    #expect(manifest.pvalueHistograms.count == 7)
    var short = manifest
    short.pvalueHistograms.removeLast()
    var narrow = manifest
    narrow.pvalueHistograms[3].counts.removeLast()
    for damaged in [short, narrow] {
      let path = try folder.write(damaged.encoded(), to: "damaged")
      let error = #expect(throws: InputError.self) { _ = try Manifest.read(path) }
      #expect(error?.path == path)
    }
  }
}
