import BlockGzip
import Genotypes
import TestSupport
import Testing

/// Damaged text is read or refused; under the address sanitizer this also shows that no byte
/// outside a line is touched.
@Suite struct VCFDamageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let whole = Array(
    vcf([
      "1 10 a A G . . . GT 0|0 0|1 1|1", "1 11 b A G,T . . . GT:DS 0|0:0,1 1|2:.,. ./.:.",
      "2 3 . A <DEL>,C . . . DS:GT 0.5,1:0|1 0,0:1 2,0:1|1", "X 4 d A G . . . GT 0 1 .",
    ]).utf8)

  private func read(_ bytes: some Sequence<UInt8>, name: String) throws {
    do throws(InputError) {
      let source = try VCFTextSource(
        path: try folderPath(bytes, name: name), field: nil, selection: VariantSelection())
      while let batch = try source.nextBatch(maximumVariants: 2) {
        #expect(batch.dosages.allSatisfy { $0.isNaN || (0...2).contains($0) })
      }
    } catch { #expect(error.kind == .malformed && error.path != nil) }
  }

  private func folderPath(_ bytes: some Sequence<UInt8>, name: String) throws(InputError) -> String
  {
    do { return try folder.write(bytes, to: name) } catch {
      throw InputError("cannot write the test's file", kind: .readFailed)
    }
  }

  @Test func `text cut at any byte is read or refused`() throws {
    for count in Self.whole.indices { try read(Self.whole.prefix(count), name: "cut") }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `text with changed bytes is read or refused`(seed: UInt64) throws {
    var random = VCFTwinTests.Generator(state: seed)
    let bytes = Array("\t\n\r:,.|/0123456789<*-e#A \0\u{FF}".utf8)
    for _ in 0..<1000 {
      var damaged = Self.whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: damaged.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged[place] = bytes.randomElement(using: &random) ?? 0
        case 1: damaged.remove(at: place)
        default: damaged.insert(bytes.randomElement(using: &random) ?? 0, at: place)
        }
      }
      try read(damaged, name: "damaged")
    }
  }
}
