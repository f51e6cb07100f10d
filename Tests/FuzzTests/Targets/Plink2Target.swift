import BlockGzip
import Genotypes

/// PLINK 2's `.pvar`, `.psam` and `.pgen`.
enum Plink2Target: FuzzTarget {
  static let name = "plink2"
  static let words = [
    "#CHROM\tPOS\tID\tREF\tALT", "#IID\tSEX\n", "#FID\tIID\n", "\u{6C}\u{1B}\u{10}", "\u{1E}",
    "A,C", "\t.\t", "\r\n", "##",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    let codes = PlinkBits.packed([0, 1, 2, 3, 1], width: 2)
    let flags = PlinkBits.flags([false, true, false, true, false])
    let dosages = PlinkBits.packed([0, 8192, 32768, 65535, 100], width: 16)
    let list = PlinkBits.list([1, 4], codes: [1, 3], donorCount: 5)
    let whole = PgenFixture.Record(type: 0, bytes: codes)
    let sets: [[PgenFixture.Record]] = [
      [
        whole, .init(type: 1, bytes: [2] + flags + [0]), .init(type: 2, bytes: list),
        .init(type: 4, bytes: list), .init(type: 7, bytes: list),
      ],
      [whole, .init(type: 3, bytes: list), .init(type: 0x40, bytes: codes + dosages)],
    ]
    let seeds = sets.map { records in
      let fixture = PgenFixture(donorCount: 5, records: records)
      return seed(fixture.records.indices.map { fixture.site($0) }, fixture.pgenBytes())
    }
    let start = PgenFixture.start(mode: 2, variants: 2, donors: 5, form: 0x40)
    return seeds + [seed(["1\t5\ta\tA\tG", "2\t6\t.\tC\tT"], start + codes + codes)]
  }

  private static func seed(_ rows: [String], _ genotypes: [UInt8]) -> [UInt8] {
    PlinkInput.bytes(
      sites: ([words[0]] + rows).joined(separator: "\n") + "\n",
      donors: "#IID\tSEX\n" + (0..<5).map { "D\($0)\t1\n" }.joined(), genotypes: genotypes)
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    try PlinkInput.check(input, extensions: [".pvar", ".psam", ".pgen"], in: folder) {
      prefix throws(InputError) in
      try PlinkSource.pgen(prefix: prefix, field: nil, selection: VariantSelection())
    }
  }
}
