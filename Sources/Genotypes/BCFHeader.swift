import BlockGzip
import CHTSlib

/// What the header of a BCF file says: its donors.
///
/// htslib reads the header too, but cannot say what is wrong with a malformed one.
struct BCFHeader {
  /// No record is read yet.
  private struct Place: RecordReader {
    let path: String
    let place: Int? = nil
    let isCutOff = false
  }

  /// Donors in file order.
  let donorIDs: [String]

  /// - Throws: `InputError` for content other than BCF 2, a cut header, a missing or malformed
  ///   `#CHROM` line, no donors, empty or duplicate donors.
  init(path: String, blocks: UnsafeMutablePointer<BGZF>) throws(InputError) {
    let place = Place(path: path)
    let magic = try Self.read(5, from: blocks, place)
    guard magic.starts(with: "BCF".utf8) else {
      throw place.error(
        "the file is not BCF", found: "other first bytes", expected: "BCF's magic bytes",
        advice: "check that this is the right file")
    }
    guard magic[3] == 2, magic[4] <= 2 else {
      throw place.error(
        "BCF version is not supported", found: "version \(magic[3]).\(magic[4])",
        expected: "version 2.1 or 2.2", advice: "convert it with bcftools view -O b")
    }
    let length = try Self.read(4, from: blocks, place)
    let text = try Self.read(
      length.reversed().reduce(0) { $0 << 8 | Int($1) }, from: blocks, place)
    let columnLine = text.split(separator: UInt8(ascii: "\n"))
      .first { $0.starts(with: "#".utf8) && !$0.starts(with: "##".utf8) }
    guard var line = columnLine else {
      throw VCFHeader.noColumnLine(place, found: "the end of the header")
    }
    if let end = line.firstIndex(of: 0) { line = line[..<end] }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    var donors: Result<[String], InputError> = .success([])
    line.withUnsafeBytes { bytes in
      do throws(InputError) {
        donors = .success(try VCFHeader.donors(of: bytes, reader: place))
      } catch { donors = .failure(error) }
    }
    donorIDs = try donors.get()
  }

  private static func read(
    _ count: Int, from blocks: UnsafeMutablePointer<BGZF>, _ place: Place
  ) throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    // A damaged length must not reserve gigabytes, so the array grows with what is there.
    while bytes.count < count {
      let piece = [UInt8](unsafeUninitializedCapacity: min(count - bytes.count, 1 << 16)) {
        $1 = max(0, bgzf_read(blocks, $0.baseAddress, $0.count))
      }
      guard !piece.isEmpty else {
        throw place.error(
          "BCF header is cut or damaged", found: "\(bytes.count) bytes of \(count)",
          expected: "the whole header", advice: "copy or make the file again")
      }
      bytes += piece
    }
    return bytes
  }
}
