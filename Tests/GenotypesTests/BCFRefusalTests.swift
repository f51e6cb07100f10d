import BlockGzip
import Foundation
import Genotypes
import TestSupport
import Testing

@Suite struct BCFRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The refusals of text that htslib turns into BCF.
  static let records = VCFRefusalTests.records.filter {
    let isPossible = [
      "positions are not sorted", "chromosome is split in two runs", "duplicated site",
      "allele index beyond ALT", "dosage out of range", "wrong number of dosages",
      "no usable FORMAT field",
    ].contains($0.what)
    return isPossible || ["'nan'", "'inf'", "'0/0/1'", "'0'"].contains($0.found)
  }

  private func refusal(
    of path: String, field: DosageField? = nil, requiresEndMarker: Bool = true
  ) throws -> InputError {
    try #require(
      #expect(throws: InputError.self) {
        let source = try BCFSource(
          path: path, field: field, selection: VariantSelection(),
          requiresEndMarker: requiresEndMarker)
        while try source.nextBatch(maximumVariants: 10) != nil {}
      })
  }

  @Test(arguments: records)
  func `malformed records are refused as in text`(refusal: VCFRefusalTests.Refusal) throws {
    let path = try folder.bcf(refusal.text)
    let error = try self.refusal(of: path)
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    // Two header lines come before the text's records.
    #expect(error.line == refusal.line.map { $0 - 2 })
    #expect(error.column == refusal.column)
    #expect(error.what == refusal.what)
    #expect(error.found == refusal.found)
    #expect(error.expected == refusal.expected)
    #expect(error.advice != nil)
  }

  @Test func `enough kinds of malformed records are tried`() { #expect(Self.records.count >= 15) }

  /// BCF with `header` and nothing else.
  private func bcf(header: String, version: UInt8 = 2) throws -> String {
    let length = UInt32(header.utf8.count + 1)
    let prefix: [UInt8] = Array("BCF".utf8) + [2, version]
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) }
    return try folder.write(prefix + bytes + Array(header.utf8) + [0])
  }

  @Test(
    arguments: VCFRefusalTests.headers.filter {
      $0.text.starts(with: "#") && $0.what != "no records after the header"
    })
  func `malformed headers are refused as in text`(refusal: VCFRefusalTests.Refusal) throws {
    let error = try self.refusal(of: bcf(header: refusal.text))
    #expect(error.line == nil)
    #expect(error.kind == .malformed)
    #expect(error.what == refusal.what)
    if let column = refusal.column { #expect(error.column == column) }
    #expect(error.expected == refusal.expected)
  }

  @Test func `other versions and other content are refused`() throws {
    var error = try refusal(of: bcf(header: "", version: 9))
    #expect(error.what == "BCF version is not supported")
    #expect(error.found == "version 2.9")
    error = try refusal(of: folder.write(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"])))
    #expect(error.what == "the file is not BCF")
    error = try refusal(of: folder.write(Array("BCF".utf8) + [2, 2, 255, 255, 255, 255, 65]))
    #expect(error.what == "BCF header is cut or damaged")
    #expect(error.found == "1 bytes of 4294967295")
    error = try refusal(of: folder.write("BCF"))
    #expect(error.what == "BCF header is cut or damaged")
  }

  @Test func `files without records are refused`() throws {
    let error = try refusal(of: folder.bcf(vcf([])))
    #expect(error.what == "no records after the header")
    #expect(error.line == nil)
  }

  @Test func `a field that the file lacks is refused`() throws {
    let error = try refusal(
      of: folder.bcf(vcf(["1 10 a A G . . . GT:DP 0|0 0|1 1|1"])), field: .ds)
    #expect(error.line == 1)
    #expect(error.found == "the fields GT, DP")
    #expect(error.expected == "DS, as asked for")
  }

  @Test func `missing files and folders are unreadable`() throws {
    #expect(try refusal(of: folder.path("nowhere")).kind == .unreadable)
    #expect(try refusal(of: folder.url.path).kind == .unreadable)
    let error = #expect(throws: InputError.self) {
      _ = try GenotypeFile.open(
        path: folder.path("nowhere"), field: nil, selection: VariantSelection())
    }
    #expect(error?.kind == .unreadable)
  }

  @Test func `a file without the end-of-file block is truncated`() throws {
    let path = try folder.bcf(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let cut = try folder.write(bytes.dropLast(28), to: "cut.bcf")
    let error = try refusal(of: cut)
    #expect(error.what == "BGZF file is truncated")
    #expect(error.found?.hasSuffix("after 1 records") == true)
    #expect(error.path == cut)
    let source = try BCFSource(
      path: cut, field: nil, selection: VariantSelection(), requiresEndMarker: false)
    #expect(try readAll(source).map(\.dosages) == [[0, 1, 2]])
  }

  @Test(arguments: ["wb", "wbu"])
  func `files cut or changed anywhere are read or refused`(mode: String) throws {
    let text = vcf([
      "1 10 a A G . . . GT 0|0 0|1 1|1", "1 11 b A G,T . . . GT:DS 0|0:0,1 1|2:.,. ./.:.",
      "2 3 . A <DEL>,C . . . DS:GT 0.5,1:0|1 0,0:1 2,0:1|1", "X 4 d A G . . . GT 0 1 .",
    ])
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.bcf(text, mode: mode)))
    func read(_ bytes: Data) throws -> Bool {
      let path = try folder.write(bytes, to: "damaged")
      do throws(InputError) {
        let source = try BCFSource(path: path, field: nil, selection: VariantSelection())
        while let batch = try source.nextBatch(maximumVariants: 2) {
          #expect(batch.dosages.allSatisfy { $0.isNaN || (0...2).contains($0) })
        }
        return true
      } catch {
        #expect(error.kind == .malformed && error.path != nil)
        return false
      }
    }
    // Plain BCF has nothing that tells a cut between two records.
    for count in whole.indices where try read(whole.prefix(count)) { #expect(mode == "wbu") }
    var random = VCFTwinTests.Generator(state: 5)
    for _ in 0..<2000 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      _ = try read(damaged)
    }
  }
}
