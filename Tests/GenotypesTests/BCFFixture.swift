import TestSupport
import CHTSlib
import Foundation
import Genotypes

/// VCF text with the header lines that BCF needs: the chromosomes and fields of the tests.
func declared(_ text: String, dosageType: String = "Float") -> String {
  let lines =
    ["1", "2", "3", "22", "X", "chr1", "chr2"].map { "##contig=<ID=\($0)>" } + [
      "##INFO=<ID=X,Number=1,Type=Integer,Description=\"\">",
      "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">",
      "##FORMAT=<ID=DS,Number=A,Type=\(dosageType),Description=\"\">",
      "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"\">",
      "##FORMAT=<ID=AD,Number=1,Type=Integer,Description=\"\">",
    ]
  return text.replacing(
    "##fileformat=VCFv4.2\n",
    with: "##fileformat=VCFv4.2\n" + lines.joined(separator: "\n") + "\n")
}

/// What htslib did not do.
struct ConversionError: Error {
  var what: String
}

/// Writes a VCF file as BCF by htslib alone; `mode` is that of `hts_open`.
func convert(_ vcf: String, toBCF path: String, mode: String = "wb") throws {
  hts_set_log_level(HTS_LOG_OFF)
  guard let input = hts_open(vcf, "r"), let output = hts_open(path, mode) else {
    throw ConversionError(what: "files do not open")
  }
  defer { hts_close(input) }
  guard let header = bcf_hdr_read(input), let record = bcf_init() else {
    throw ConversionError(what: "header is not read")
  }
  defer {
    bcf_destroy(record)
    bcf_hdr_destroy(header)
  }
  guard bcf_hdr_write(output, header) == 0 else { throw ConversionError(what: "header") }
  while true {
    let status = bcf_read(input, header, record)
    if status == -1 { break }
    guard status == 0, bcf_write(output, header, record) == 0 else {
      throw ConversionError(what: "record \(record.pointee.pos + 1) is not converted")
    }
  }
  guard hts_close(output) == 0 else { throw ConversionError(what: "output") }
}

/// The program that other people make BCF with.
enum BCFTools {
  static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/bcftools" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Runs `bcftools view -O TYPE`.
  static func view(_ vcf: String, to output: String, type: String = "b") throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = ["view", "--no-version", "-O", type, "-o", output, vcf]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ConversionError(what: "bcftools") }
  }
}

extension TemporaryFolder {
  /// The path of a BCF file made of VCF text, declarations added.
  func bcf(_ text: String, dosageType: String = "Float", mode: String = "wb") throws -> String {
    let vcf = try write(declared(text, dosageType: dosageType), to: "\(UUID().uuidString).vcf")
    let path = vcf + ".bcf"
    try convert(vcf, toBCF: path, mode: mode)
    return path
  }
}
