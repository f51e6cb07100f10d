import BlockGzip
import Foundation
import TestSupport
import Testing

@testable import Association

@Suite struct PairIndexTests {
  private typealias Place = PairIndexReader.Place

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes the index of a table, whose chromosomes the caller numbers as it likes.
  private func write(
    _ table: PairLookupTable, filesGenes: Bool = false, geneLimit: Int = 1 << 22,
    hashMask: UInt64 = .max
  ) throws -> String {
    var index = PairIndexBuilder(
      filesGenes: filesGenes, geneLimit: geneLimit, hashMask: hashMask)
    try table.forEach { bytes, row in
      index.add(
        bytes, chromosome: 7 * row.chromosome, position: row.position, gene: row.gene)
    }
    let path = folder.path("pairs.idx")
    let checksum = try index.write(to: path) { "chr\($0 / 7)" }
    #expect(try checksum == FileChecksum(path: path))
    return path
  }

  private static func places(of variant: String, in table: PairLookupTable) -> [Place] {
    var places: [Place] = []
    for row in table.rows where row.variant == variant {
      let place = Place(
        chromosome: "chr\(row.chromosome)", positions: row.position...row.position)
      if places.last != place { places.append(place) }
    }
    return places
  }

  @Test(arguments: 1...3)
  func `every variant is found where its rows are and no other is found`(seed: Int) throws {
    let table = PairLookupTable(count: 4000, genes: 3, seed: UInt64(seed))
    let reader = try PairIndexReader(path: write(table))
    try reader.verify()
    #expect(!reader.filesGenes)
    for variant in Set(table.rows.map(\.variant)) {
      let found = try #require(try reader.places(of: variant, .variant))
      #expect(found == Self.places(of: variant, in: table), "\(variant)")
    }
    for absent in ["", "v", "v-1", "gene1", "chr1"] {
      #expect(try reader.places(of: absent, .variant) == [])
    }
  }

  @Test func `ids of one hash have the places of all of them`() throws {
    let table = PairLookupTable(count: 600, genes: 2, seed: 5)
    let reader = try PairIndexReader(path: write(table, hashMask: 3), hashMask: 3)
    for variant in Set(table.rows.map(\.variant)) {
      let found = try #require(try reader.places(of: variant, .variant))
      let expected = Self.places(of: variant, in: table)
      #expect(found.count > expected.count)
      #expect(expected.allSatisfy(found.contains))
    }
  }

  /// A limit that few entries reach makes the stretches longer again and again.
  @Test(arguments: [1 << 22, 40, 1])
  func `a gene's places cover its rows and begin with one`(geneLimit: Int) throws {
    let table = PairLookupTable(count: 3000, genes: 5, seed: 3)
    let reader = try PairIndexReader(
      path: write(table, filesGenes: true, geneLimit: geneLimit))
    #expect(reader.filesGenes)
    var lengths: Set<Int> = []
    for gene in 0..<5 {
      let rows = table.rows.filter { $0.gene == gene }
      let places = try #require(try reader.places(of: "gene\(gene)", .gene))
      func holds(_ place: Place, _ row: PairLookupTable.Row) -> Bool {
        // Position 0 is filed under the first base.
        place.chromosome == "chr\(row.chromosome)"
          && place.positions.contains(max(row.position, 1))
      }
      #expect(rows.allSatisfy { row in places.filter { holds($0, row) }.count == 1 })
      #expect(places.allSatisfy { place in rows.contains { holds(place, $0) } })
      lengths.formUnion(places.map(\.positions.count))
    }
    #expect(lengths.count == 1)
    #expect((lengths.first == 1 << 14) == (geneLimit == 1 << 22))
    #expect(try reader.places(of: "gene5", .gene) == [])
  }

  @Test func `an id at more places than the limit has none to tell`() throws {
    let table = PairLookupTable(count: 600, genes: 2, seed: 5)
    let reader = try PairIndexReader(path: write(table, hashMask: 0), hashMask: 0)
    let all = try #require(try reader.places(of: "v1", .variant)).count
    #expect(try reader.places(of: "v1", .variant, limit: all)?.count == all)
    #expect(try reader.places(of: "v1", .variant, limit: all - 1) == nil)
  }

  @Test func `the index of a table without rows finds nothing`() throws {
    let reader = try PairIndexReader(path: write(PairLookupTable(rows: [])))
    #expect(try reader.places(of: "v1", .variant) == [])
  }

  @Test func `a damaged or cut index is refused`() throws {
    let path = try write(PairLookupTable(count: 2000, genes: 3, seed: 4))
    let bytes = try #require(FileManager.default.contents(atPath: path))
    func failure(_ bytes: Data) throws -> InputError? {
      try bytes.write(to: URL(fileURLWithPath: path))
      return #expect(throws: InputError.self) {
        _ = try PairIndexReader(path: path).places(of: "absent", .variant)
      }
    }
    for count in [0, 7, 31, bytes.count - 1] {
      #expect(try failure(bytes.prefix(count))?.description.contains("damaged") == true)
    }
    for place in [0, 9, 16, 20, 24, 40, bytes.count / 2, bytes.count - 6, bytes.count - 1] {
      var changed = bytes
      changed[place] ^= 0x10
      #expect(try failure(changed)?.path == path, "byte \(place)")
    }
    #expect(throws: InputError.self) { try PairIndexReader(path: folder.path("absent")) }
  }
}
