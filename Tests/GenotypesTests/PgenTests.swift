import BlockGzip
import TestSupport
import Testing

@testable import Genotypes

/// PLINK 2 file sets written by the tests.
@Suite struct PgenTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ prefix: String, field: DosageField? = nil, selection: VariantSelection = VariantSelection()
  ) throws -> any GenotypeSource {
    try GenotypeInput.pfile(prefix).open(field: field, selection: selection)
  }

  @Test(
    arguments: [
      (1, 60), (2, 60), (5, 60), (63, 60), (64, 60), (256, 60), (257, 60), (700, 60), (66_000, 6),
    ])
  func `records of every kind give the dosages they were made of`(
    donors: Int, count: Int
  ) throws {
    var made = PgenRandomRecords(donorCount: donors, seed: UInt64(donors))
    var records: [PgenFixture.Record] = []
    var expected: [DosageField: [[Float?]]] = [:]
    for index in 0..<count {
      let next = made.next(isFirst: index == 0)
      records.append(next.record)
      expected[.ds, default: []] += next.dosages
      expected[.gt, default: []] += next.calls
    }
    let kinds = Set(records.map { $0.type & 7 })
    #expect(kinds.count == 7 || count < 60)
    let fixture = PgenFixture(donorCount: donors, records: records)
    let prefix = try fixture.write(to: folder)
    let picked = (0..<donors).filter { $0 % 3 != 1 }.reversed()
    for field in [DosageField.ds, .gt] {
      let source = try open(prefix, field: field)
      #expect(source.donorIDs == fixture.donors)
      let read = try readAll(source, batchSize: 7)
      #expect(read.map(\.dosages) == expected[field])
      let some = try open(prefix, field: field)
      some.select(donors: Array(picked))
      let selected = try readAll(some).map(\.dosages)
      #expect(selected == expected[field]?.map { row in picked.map { row[$0] } })
    }
    let alleles = records.flatMap { PgenFixture.alternates($0.alternateCount).map { "T>" + $0 } }
    #expect(try readAll(open(prefix)).map(\.alleles) == alleles)
  }

  @Test func `a selection reads records whose base lies outside it`() throws {
    var made = PgenRandomRecords(donorCount: 40, seed: 8)
    let all = (0..<80).map { made.next(isFirst: $0 == 0) }
    let prefix = try PgenFixture(donorCount: 40, records: all.map(\.record)).write(to: folder)
    let wanted = (0..<80).filter { all[$0].record.type & 6 == 2 || $0 % 11 == 0 }
    #expect(wanted.count > 15)
    let source = try open(
      prefix, selection: VariantSelection(ids: Set(wanted.map { "v\($0)" })))
    #expect(try readAll(source).map(\.dosages) == wanted.flatMap { all[$0].dosages })
  }

  @Test func `files of more than one block are read`() throws {
    let count = 70_001
    let records = (0..<count).map { index in
      // A record of differences now and then, without any.
      index % 1000 == 7
        ? PgenFixture.Record(type: 2, bytes: [0])
        : PgenFixture.Record(type: 0, bytes: [UInt8(index % 64)])
    }
    let fixture = PgenFixture(donorCount: 3, records: records)
    let prefix = try fixture.write(to: folder, bytes: fixture.pgenBytes(alleleCountSize: 0))
    let read = try readAll(open(prefix), batchSize: 256)
    let dosages = (0..<count).map { index -> [Float?] in
      let byte = (index % 1000 == 7 ? index - 1 : index) % 64
      return [byte & 3, byte >> 2 & 3, byte >> 4].map { $0 == 3 ? nil : Float($0) }
    }
    #expect(read.map(\.dosages) == dosages)
    #expect(read.last?.chromosome == "2")
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt8])
  func `storage modes of fixed width are read`(mode: UInt8) throws {
    let calls: [[Int?]] = [[0, 1, 2, nil, 1], [2, 2, nil, 0, 0]]
    let values = [[0, 20_000, 32_768, 65535, 16_384], [30_000, 65535, 1, 2, 3]]
    var bytes = PgenFixture.start(mode: mode, variants: 2, donors: 5, form: 0x40)
    if mode == 1 { bytes = [0x6C, 0x1B, 1] }
    for (row, stored) in zip(calls, values) {
      bytes +=
        mode == 1
        ? PlinkFixture.packed(row, codes: [3, 2, 0], missing: 1)
        : PlinkFixture.packed(row, codes: [0, 1, 2], missing: 3)
      if mode > 2 { bytes += PlinkBits.packed(stored, width: 16) }
      if mode > 3 { bytes += PlinkBits.packed(stored, width: 16) }
    }
    let records = calls.map { _ in PgenFixture.Record(type: 0, bytes: []) }
    let fixture = PgenFixture(donorCount: 5, records: records)
    let prefix = try fixture.write(to: folder, bytes: bytes)
    let called = calls.map { $0.map { $0.map { Float($0) } } }
    let expected = zip(called, values).map { row, stored in
      zip(row, stored).map { mode > 2 && $1 != 65535 ? Float($1) / 16384 : $0 }
    }
    #expect(try readAll(open(prefix)).map(\.dosages) == expected)
    #expect(try readAll(open(prefix, field: .gt)).map(\.dosages) == called)
    _ = try folder.write(bytes.dropLast(), to: "set.pgen")
    let error = try #require(throws: InputError.self) { _ = try open(prefix) }
    #expect(error.description.contains("found \(bytes.count - 1) bytes"))
    #expect(error.description.contains("expected \(bytes.count) bytes"))
  }

  @Test(arguments: [
    ("#FID\tIID\tSEX\n1\tD0\t1\n1\tD1\t2\n", ["D0", "D1"]),
    ("##made by hand\n#IID SID\nD0 0\nD1 0\n", ["D0", "D1"]),
    ("1 D0 0 0 1\n1 D1 0 0 NA\n", ["D0", "D1"]),
    ("1 D0 0 0 1 -9 7\n1 D1 0 0 2 -9 7\n", ["D0", "D1"]),
  ])
  func `the table of donors may have any form`(text: String, ids: [String]) throws {
    let fixture = PgenFixture(donorCount: 2, records: [.init(type: 0, bytes: [6])])
    let prefix = try fixture.write(to: folder)
    _ = try folder.write(text, to: "set.psam")
    #expect(try open(prefix).donorIDs == ids)
  }

  @Test(arguments: [
    "#CHROM\tPOS\tID\tREF\tALT\n1\t5\tv\tT\tC\n",
    "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT D0 D1\n1 5 v T C . . . GT 0/0 0/1\n",
    "##x\n#CHROM ID POS ALT REF\n1 v 5 C T\n", "1 v 5 C T\n", "1 v 0 5 C T\n",
  ])
  func `the table of variants may have any form`(text: String) throws {
    let fixture = PgenFixture(donorCount: 2, records: [.init(type: 0, bytes: [6])])
    let prefix = try fixture.write(to: folder)
    _ = try folder.write(text, to: "set.pvar")
    let expected = ReadVariant(
      chromosome: "1", position: 5, id: "v", alleles: "T>C", dosages: [2, 1])
    #expect(try readAll(open(prefix)) == [expected])
  }
}
