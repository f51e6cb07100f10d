import BlockGzip
import Genotypes

/// PLINK 1's `.bim`, `.fam` and `.bed`.
enum Plink1Target: FuzzTarget {
  static let name = "plink1"
  static let words = ["\u{6C}\u{1B}\u{1}", "\u{1E}", "\t0\t", " 0 0 0 -9\n", "\t.\t", "\r\n", "#"]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [
      PlinkInput.bytes(
        sites: "1\ta\t0\t10\tG\tA\n1\tb\t0.5\t10\tT\tC\nX\t.\t0\t3\t0\tA\n",
        donors: "F D1 0 0 1 -9\nF D2 0 0 2 -9\nF D3 0 0 0 1.5\n",
        genotypes: [0x6C, 0x1B, 1, 0b11_10_00, 0b01_11_10, 0b11_11_11]),
      PlinkInput.bytes(
        sites: "1 a 10 G A\r\n2 b 1 T C\r\n",
        donors: "0\tD1\t0\t0\t1\n0\tD2\t0\t0\t1\n0\tD3\t0\t0\t1\n0\tD4\t0\t0\t1\n0\tD5\t0\t0\t1\n",
        genotypes: [0x6C, 0x1B, 1, 0xE4, 2, 0x1B, 3]),
    ]
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    try PlinkInput.check(input, extensions: [".bim", ".fam", ".bed"], in: folder) {
      prefix throws(InputError) in
      try PlinkSource.bed(prefix: prefix, field: nil, selection: VariantSelection())
    }
  }
}
