import BlockGzip
import Genotypes

/// Dosage tables.
enum DosageTableTarget: FuzzTarget {
  static let name = "dosages"
  static let words = [
    "chrom\tpos\tvariant_id\tref\talt\t", "#chrom", "\tid\t", "NA", "2.005", "-0.005", "1e-3",
    "nan", "inf", "\t.\t", "\r\n", "<DEL>", "*",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [
      words[0]
        + "D1\tD2\n1\t10\ta\tA\tG\t0\t1.5\n1\t10\tb\tA\tG\tNA\t\n2\t3\t.\tC\t<DEL>\t2\t2.001\n",
      "#chrom\tpos\tid\tref\talt\tD1\r\nchr1\t7\t.\t.\t.\t1e-3\r\nchr1\t9\trs1\tAC\t*\t-0.001",
    ].map { Array($0.utf8) }
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    try GenotypeReading.check(input, in: folder) { () throws(InputError) in
      try DosageTableSource(path: path, selection: VariantSelection())
    }
  }
}
