import BlockGzip
import Glibc
import Simulation

/// A simulated VCF file with the FORMAT fields wanted, compressed on disk and as lines in memory.
final class VCFText {
  enum Fields: String, CaseIterable {
    case calls = "GT"
    case dosages = "GT:DS"
    case probabilities = "GT:DS:GP"
  }

  let path: String
  /// The same without compression.
  let plainPath: String
  private let folder: String
  private(set) var header: [UInt8] = []
  /// The records, each with its line feed.
  private(set) var records: [UInt8] = []
  /// Where each record starts in `records`, and the end of the last.
  private(set) var starts = [0]

  /// Simulates about `bytes` of text as `slopeqtl simulate` does, and changes its fields.
  init(donors: Int, fields: Fields, bytes: Int = 16_000_000) throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/slopeqtl-benchmarks-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw OutputError(.cannotCreate, path: parent, reason: "a folder for benchmarks")
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = folder + "/fields.vcf.gz"
    plainPath = folder + "/fields.vcf"
    var options = SimulationOptions()
    options.donors = donors
    options.times = [0, 1]
    options.genes = 2
    options.variants = max(20, bytes / (10 * donors))
    _ = try CohortSimulation(options: options).write(prefix: folder + "/simulated")
    let reader = try LineReader(path: folder + "/simulated.vcf.gz")
    while let line = try reader.next() {
      if line.first == UInt8(ascii: "#") {
        if line.starts(with: "#CHROM".utf8), fields == .probabilities {
          header += "##FORMAT=<ID=GP,Number=G,Type=Float,Description=\"Probabilities\">\n".utf8
        }
        header += line + [0x0A]
      } else {
        append(line, fields: fields)
        starts.append(records.count)
      }
    }
    let writer = try BlockGzipWriter(path: path)
    for text in [header, records] { try writer.write(String(decoding: text, as: UTF8.self)) }
    try writer.finish()
    let plain = fopen(plainPath, "w")
    for text in [header, records] { fwrite(text, 1, text.count, plain) }
    guard fclose(plain) == 0 else {
      throw OutputError(.writeFailed, path: plainPath, reason: "the text of a benchmark")
    }
  }

  deinit {
    let tables = [".vcf.gz", ".vcf.gz.tbi", ".bed.gz", ".bed.gz.tbi", ".samples.tsv"]
    for suffix in tables + [".covariates.txt", ".truth.tsv"] {
      unlink(folder + "/simulated" + suffix)
    }
    unlink(path)
    unlink(plainPath)
    rmdir(folder)
  }

  /// Appends a record of `GT:DS` with the fields wanted.
  private func append(_ line: UnsafeRawBufferPointer, fields: Fields) {
    let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    records += columns[..<8].joined(separator: [UInt8(ascii: "\t")])
    records += "\t\(fields.rawValue)".utf8
    for column in columns[9...] {
      records.append(UInt8(ascii: "\t"))
      records += fields == .calls ? column.prefix(3) : column[...]
      guard fields == .probabilities else { continue }
      let text = column.dropFirst(4)
      let dosage = text.filter { $0 != UInt8(ascii: ".") }.reduce(0) { 10 * $0 + Int($1) - 48 }
      // Thousandths of the probabilities of one and two ALT alleles.
      let two = max(0, dosage - 1000)
      let one = dosage - 2 * two
      let parts = [1000 - one - two, one, two]
      records += ":\(parts.map(Self.thousandths).joined(separator: ","))".utf8
    }
    records.append(0x0A)
  }

  private static func thousandths(_ value: Int) -> String {
    value == 1000 ? "1" : value == 0 ? "0" : "0." + String(1000 + value).dropFirst()
  }
}
