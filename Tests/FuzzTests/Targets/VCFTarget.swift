import BlockGzip
import Genotypes

/// VCF text.
enum VCFTarget: FuzzTarget {
  static let name = "vcf"
  static let words = [
    "##fileformat=VCFv4.2\n", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t", "GT:DS",
    "DS:GT", "\tGT\t", "\tDS\t", "<DEL>", "*", "./.", ".|.", "0|1", "1/2", "0/0:", "|1", "\t.\t",
    "1e-3", "inf", "nan", "2.01", "-0.01", "\r\n", "\u{FEFF}",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    let header = words[0] + words[1] + "D1\tD2\tD3\n"
    return [
      "1 10 a A G . . . GT 0|0 0|1 1|1\n1 11 . A G,T . PASS X=1 GT:DS 0|0:0,1 1|2:.,. ./.:.\n",
      "2 3 . A <DEL>,C . . . DS:GT 0.5,1:0|1 0,0:1 2,0:1|1\n",
      "1 5 a A * . . . GT 0/0 0/1 ./1\n1 5 b A . . . . GT 0/0 0/0 .\n1 6 . AC A . . . GT 1 0 .\n",
      "X 4 d A G . . . DS 2.001 1e-3 .\nY 9 e C T 3 q10 . DP:DS 1:0.25 7:NA 8\n",
      "1 10 a A G . . . GT 0/0 0|1 1/1\n1 10 b A G . . . GT 0/0 0|1 1/1\n1 12 c A G . . . GT:DP 0/1:3 1/0 ./.:.\n",
    ].map { Array((header + $0.replacing(" ", with: "\t")).utf8) }
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    // Every file is read in one way, so that libFuzzer can tell what a change brought about.
    let field: DosageField? = [nil, .gt, .ds][input.count % 3]
    try GenotypeReading.check(input, in: folder) { () throws(InputError) in
      try VCFTextSource(path: path, field: field, selection: VariantSelection())
    }
  }
}
