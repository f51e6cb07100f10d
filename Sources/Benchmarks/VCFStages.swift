import CHTSlib
import Genotypes
import Glibc

/// Reading VCF text: the whole way from the compressed file to dosages, and htslib's parser of lines
/// in memory beside it.
var vcfStages: [Stage] {
  VCFText.Fields.allCases.flatMap { fields in
    [100, 500, 2000].flatMap { donors in
      [
        readStage(fields, donors: donors), readStage(fields, donors: donors, isPlain: true),
        decompressionStage(fields, donors: donors),
        peerStage(fields, donors: donors),
      ]
    }
  }
}

private let megabyte = 1e6

/// Inflation, lines, records, dosages of all donors; without inflation from a plain file.
private func readStage(_ fields: VCFText.Fields, donors: Int, isPlain: Bool = false) -> Stage {
  let name = isPlain ? "read plain" : "read"
  return Stage("vcf/\(name)/\(fields.rawValue)/\(donors)", unit: "MB of text") {
    let text = try VCFText(donors: donors, fields: fields)
    return {
      let source = try GenotypeFile.open(
        path: isPlain ? text.plainPath : text.path, field: nil, selection: VariantSelection())
      var variants = 0
      while let batch = try source.nextBatch(maximumVariants: 256) {
        variants += batch.variants.count
      }
      precondition(variants == text.starts.count - 1, "\(variants) variants")
      return Double(text.records.count) / megabyte
    }
  }
}

/// htslib's inflation alone.
private func decompressionStage(_ fields: VCFText.Fields, donors: Int) -> Stage {
  Stage("vcf/inflate/\(fields.rawValue)/\(donors)", unit: "MB of text") {
    let text = try VCFText(donors: donors, fields: fields)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    return {
      let file = bgzf_open(text.path, "r")
      defer { bgzf_close(file) }
      var bytes = 0
      while case let count = bgzf_read(file, &buffer, buffer.count), count > 0 { bytes += count }
      precondition(bytes == text.header.count + text.records.count, "\(bytes) bytes")
      return Double(text.records.count) / megabyte
    }
  }
}

/// `vcf_parse`: lines in memory to htslib's records.
private func peerStage(_ fields: VCFText.Fields, donors: Int) -> Stage {
  Stage("vcf/vcf_parse/\(fields.rawValue)/\(donors)", unit: "MB of text") {
    let text = try VCFText(donors: donors, fields: fields)
    let header = bcf_hdr_init("r")
    var headerText = text.header.map { CChar(bitPattern: $0) } + [0]
    precondition(bcf_hdr_parse(header, &headerText) == 0, "htslib does not read the header")
    let record = bcf_init()
    return {
      var line = kstring_t()
      defer { free(line.s) }
      for index in 1..<text.starts.count {
        let range = text.starts[index - 1]..<(text.starts[index] - 1)
        line.l = 0
        // The parser writes into its line.
        text.records.withUnsafeBytes { bytes in
          _ = kputsn(
            bytes.baseAddress.map { ($0 + range.lowerBound).assumingMemoryBound(to: CChar.self) },
            range.count, &line)
        }
        precondition(vcf_parse(&line, header, record) == 0, "htslib does not read line \(index)")
      }
      return Double(text.records.count) / megabyte
    }
  }
}
