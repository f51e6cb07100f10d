import BlockGzip
import Foundation
import Testing

/// What must be refused of VCF files and their compression, with place, finding and exit code.
@Suite struct GenotypeRefusalTests {
  private static let header =
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tD1\tD2\n"

  private static func record(_ text: String) -> String {
    text.split(separator: " ").joined(separator: "\t") + "\n"
  }

  /// A good file and one more record.
  private static func file(_ text: String) -> String {
    header + record("1 10 a A G . . . GT 0|0 0|1") + record(text)
  }

  @Test(arguments: [
    (file("1 9 b A G . . . GT 0|0 0|1"), [":4:POS", "not sorted", "9 after 10", "bcftools sort"]),
    (file("1 10 a A G . . . GT 0|0 0|1"), [":4:ALT", "duplicated site", "1:10 A>G"]),
    (
      file("2 1 b A G . . . GT 0|0 0|1") + record("1 20 c A G . . . GT 0|0 0|1"),
      [":5:CHROM", "split in two runs", "'1' again after '2'"]
    ),
    (file("1 11 b A G . . . GT 0|0 0|2"), [":4:D2", "beyond ALT", "'0|2'", "0 to 1"]),
    (file("1 11 b A G . . . GT 0|0 0-1"), [":4:D2", "malformed genotype", "'0-1'", "0/1"]),
    (file("1 0 b A G . . . GT 0|0 0|1"), [":4:POS", "'0'", "positive integer"]),
    (file("1 1e3 b A G . . . GT 0|0 0|1"), [":4:POS", "'1e3'", "positive integer"]),
    (file("1 11 b A G . . . GT 0|0"), [":4:column 11", "too few", "10 columns", "11"]),
    (file("1 11 b A G . . . GT 0|0 0|1 1|1"), [":4:column 12", "too many", "12 columns", "11"]),
    (file("1 11 b A G . . . DS 0 high"), [":4:D2", "'high'", "finite number"]),
    (file("1 11 b A G . . . DS nan 0"), [":4:D1", "'nan'", "finite number"]),
    (file("1 11 b A G . . . DS -inf 0"), [":4:D1", "'-inf'", "finite number"]),
    (file("1 11 b A G . . . DS 0 2.7"), [":4:D2", "out of range", "'2.7'", "0 to 2"]),
    (file("1 11 b A G . . . GT:DS 1:1.5 0|0:0"), [":4:D1", "'1.5'", "0 to 1"]),
    (file("1 11 b A G,T . . . DS 0,1 1"), [":4:D2", "'1' (1 values)", "2, one DS value per ALT"]),
    (file("1 11 b A G . . . DP 3 4"), [":4:FORMAT", "the fields DP", "GT or DS"]),
    (header.replacing("D2", with: "D1"), [":2:D1", "duplicate donor", "columns 10 and 11"]),
    ("##fileformat=VCFv4.2\n", [":1", "no #CHROM header line", "the end of the file"]),
    ("", [":1", "the file is empty", "a VCF file"]),
    (header, [":2", "no records after the header"]),
    (
      String(file("1 11 b A G . . . GT 0|0 0|1").dropLast(5)),
      [":4:column 11", "a last line without its line end", "looks cut off"]
    ),
    (file("1 11 b A G . . . GT 0|0 0|1\0"), [":4", "NUL byte", "plain text"]),
    (header + "1 10 a A G . . . GT 0|0 0|1\n", [":3", "separated by spaces", "expected tabs"]),
  ])
  func `malformed text is refused with its place`(_ text: String, _ words: [String]) throws {
    let folder = try ScratchFolder()
    try folder.write(text, to: "a.vcf")
    let result = try Command.slopeqtl(["check", "--vcf", "a.vcf"], in: folder)
    #expect(result.exitCode == 65)
    #expect(
      result.missing(words.map { $0.hasPrefix(":") ? "a.vcf" + $0 : $0 }) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  enum Damage: CaseIterable {
    case cutInBlock, cutOnBorder, withoutEnd, flippedData, flippedChecksum
  }

  @Test(arguments: Damage.allCases)
  func `damaged compression is refused with the block`(damage: Damage) throws {
    let folder = try ScratchFolder()
    let writer = try BlockGzipWriter(path: folder.path("a.vcf.gz"))
    let records = (1...20_000).map { Self.record("1 \($0) . A G . . . GT 0|0 0|1") }
    try writer.write(Self.header + records.joined())
    try writer.finish()
    var bytes = try folder.bytes("a.vcf.gz")
    // Sizes of blocks, less one, are in bytes 16 and 17 of each.
    func size(at start: Int) -> Int { Int(bytes[start + 16]) + Int(bytes[start + 17]) << 8 + 1 }
    let second = size(at: 0)
    let third = second + size(at: second)
    try #require(third < bytes.count - 28)
    var words = ["a.vcf.gz: ", "after ", " lines"]
    switch damage {
    case .cutInBlock:
      bytes = bytes.prefix(second + 100)
      words += ["damaged or truncated BGZF block", "byte \(second)", "CRC32", "copy or make"]
    case .cutOnBorder:
      bytes = bytes.prefix(third)
      words += ["truncated", "the end of the file at byte \(third)", "--allow-no-eof"]
    case .withoutEnd:
      bytes = bytes.dropLast(28)
      words += ["truncated", "byte \(bytes.count)", "end-of-file block", "--allow-no-eof"]
    case .flippedData:
      bytes[second + 200] ^= 4
      words += ["damaged or truncated BGZF block", "byte \(second)", "CRC32"]
    case .flippedChecksum:
      bytes[third - 7] ^= 1
      words += ["damaged or truncated BGZF block", "byte \(second)", "CRC32"]
    }
    try Data(bytes).write(to: folder.url.appendingPathComponent("a.vcf.gz"))
    let result = try Command.slopeqtl(["check", "--vcf", "a.vcf.gz"], in: folder)
    #expect(result.exitCode == 65)
    #expect(result.missing(words) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func `what is passed over is mentioned`() throws {
    let folder = try ScratchFolder()
    let text =
      Self.file("1 11 b A *,<DEL>,G . . . GT 0|0 3")
      + Self.record("1 12 c A G . . . DS 2.001 0") + Self.record("1 13 d A G . . . GT ./. 0|0")
    try folder.write("\u{FEFF}" + text.replacing("\n", with: "\r\n"), to: "a.vcf")
    let result = try Command.slopeqtl(["check", "--vcf", "a.vcf"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    for words in [
      "byte-order mark", "CR LF", "1 haploid calls", "2 alleles have no dosage",
      "1 dosages just outside 0 to 2 were clamped", "without variation",
    ] { #expect(result.output.contains(words), "\(words): \(result.output)") }
    let absent = try Command.slopeqtl(["check", "--vcf", "b.vcf"], in: folder)
    #expect(absent.exitCode == 66)
    #expect(absent.missing(["b.vcf", "cannot open", "check the path"]) == [])
  }
}
