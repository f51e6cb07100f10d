import BlockGzip
import Foundation
import TestSupport
import Testing

@Suite struct PositionIndexTests {
  private struct Row {
    var chromosome: Int
    var position: Int
    var text: String
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func makeTable() throws -> (path: String, rows: [Row]) {
    let path = folder.path("table.gz")
    let writer = try IndexedTableWriter(
      path: path, indexPath: path + ".tbi", header: "#chrom\tpos\tend\tfilling\n")
    var rows: [Row] = []
    for chromosome in 0..<3 {
      for number in 0..<4000 {
        // Two rows share a position; the first ones are a telomere's 0.
        let position = number / 2 * 700
        let filling = String(repeating: "\(number % 7)", count: 60)
        rows.append(
          Row(
            chromosome: chromosome, position: position,
            text: "chr\(chromosome)\t\(position)\t\(position + 1)\t\(filling)"))
      }
    }
    for row in rows {
      var text = row.text + "\n"
      try text.withUTF8 {
        try writer.write(
          UnsafeRawBufferPointer($0), chromosome: row.chromosome, position: row.position)
      }
    }
    try writer.finish { "chr\($0)" }
    return (path, rows)
  }

  @Test(arguments: [0...0, 1...1, 1...700, 700...700, 699...701, 50_000...90_000, 1...Int.max])
  func `ranges hold every row of a stretch and begin and end where rows do`(
    positions: ClosedRange<Int>
  ) throws {
    let (path, rows) = try makeTable()
    let index = try PositionIndex(path: path + ".tbi", tablePath: path)
    #expect(index.chromosomes == ["chr0", "chr1", "chr2"])
    let all = Set(rows.map(\.text))
    for chromosome in 0..<3 {
      let reader = try LineReader(path: path)
      try reader.restrict(to: index.ranges(chromosome: chromosome, positions: positions))
      var found: [String] = []
      while let line = try reader.next() { found.append(String(decoding: line, as: UTF8.self)) }
      let wanted = rows.filter {
        $0.chromosome == chromosome && positions.contains(max(1, $0.position))
      }
      #expect(found.allSatisfy(all.contains))
      #expect(Set(wanted.map(\.text)).isSubset(of: found))
      if positions == 700...700 { #expect(found.count < 2000) }
    }
  }

  @Test func `positions behind the last have no ranges`() throws {
    let (path, _) = try makeTable()
    let index = try PositionIndex(path: path + ".tbi", tablePath: path)
    #expect(try index.ranges(chromosome: 0, positions: (1 << 29)...Int.max).isEmpty)
  }

  @Test func `an index that is missing, cut or of another layout is refused`() throws {
    let (path, _) = try makeTable()
    let missing = #expect(throws: InputError.self) {
      try PositionIndex(path: folder.path("absent.tbi"), tablePath: path)
    }
    #expect(missing?.kind == .unreadable)
    let bytes = try #require(FileManager.default.contents(atPath: path + ".tbi"))
    let cut = try folder.write(bytes.prefix(bytes.count / 2), to: "cut.tbi")
    #expect(throws: InputError.self) { try PositionIndex(path: cut, tablePath: path) }
    try TabixIndex.build(path: path, indexPath: folder.path("bed.tbi"), layout: .bed)
    let other = #expect(throws: InputError.self) {
      try PositionIndex(path: folder.path("bed.tbi"), tablePath: path)
    }
    #expect(other?.description.contains("tabix -f -s 1 -b 2 -e 2") == true)
  }

  @Test func `overlapping ranges are joined`() {
    let ranges = [(9, 12), (1, 3), (3, 4), (10, 11)].map { BlockRange(start: $0.0, end: $0.1) }
    #expect(
      BlockRange.joined(ranges) == [BlockRange(start: 1, end: 4), BlockRange(start: 9, end: 12)])
  }
}
