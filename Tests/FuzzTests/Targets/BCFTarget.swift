import BlockGzip
import CHTSlib
import Genotypes

/// BCF, which htslib takes apart.
enum BCFTarget: FuzzTarget {
  static let name = "bcf"
  static let words = [
    "BCF", "##contig=<ID=1>\n", "##FORMAT=<ID=DS,Number=A,Type=Float", "Type=String",
  ]

  private static let declarations = """
    ##fileformat=VCFv4.2
    ##FILTER=<ID=q10,Description="">
    ##INFO=<ID=X,Number=1,Type=Integer,Description="">
    ##FORMAT=<ID=GT,Number=1,Type=String,Description="">
    ##FORMAT=<ID=DP,Number=1,Type=Integer,Description="">

    """

  /// Uncompressed, so that changed bytes are those of records.
  static func seeds(in folder: FuzzFolder) throws -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for (number, vcf) in VCFTarget.seeds(in: folder).enumerated() {
      for type in ["Float", "String"] {
        let declared =
          declarations + "##FORMAT=<ID=DS,Number=A,Type=\(type),Description=\"\">\n"
          + ["1", "2", "X", "Y"].map { "##contig=<ID=\($0)>\n" }.joined()
          + String(decoding: vcf, as: UTF8.self).dropFirst(VCFTarget.words[0].count)
        let text = try folder.write(text: declared, to: "seed.vcf")
        let path = "\(folder.path)/seed\(number).bcf"
        try convert(text, to: path)
        seeds.append(try folder.read(path))
      }
    }
    return seeds
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    try GenotypeReading.check(input, in: folder) { () throws(InputError) in
      try BCFSource(
        path: path, field: nil, selection: VariantSelection(), requiresEndMarker: false)
    }
  }

  private static func convert(_ text: String, to path: String) throws {
    hts_set_log_level(HTS_LOG_OFF)
    guard let input = hts_open(text, "r"), let output = hts_open(path, "wbu"),
      let header = bcf_hdr_read(input), let record = bcf_init()
    else { throw FuzzFinding("htslib does not open \(text)") }
    defer {
      bcf_destroy(record)
      bcf_hdr_destroy(header)
      hts_close(input)
    }
    guard bcf_hdr_write(output, header) == 0 else { throw FuzzFinding("header not written") }
    while bcf_read(input, header, record) == 0 {
      guard bcf_write(output, header, record) == 0 else { throw FuzzFinding("record not written") }
    }
    guard hts_close(output) == 0 else { throw FuzzFinding("\(path) not written") }
  }
}
