import BlockGzip

/// Finds where the rows of an id are in `PREFIX.pairs.idx`, by a binary search on disk.
package final class PairIndexReader {
  /// Where rows of an id may be; others may be there too.
  package struct Place: Sendable, Equatable {
    package var chromosome: String
    package var positions: ClosedRange<Int>
  }

  /// Entries read at once.
  private static let blockEntries = 256

  private let file: RandomAccessFile
  private let head: PairIndexHead
  private let hashMask: UInt64
  private let chromosomes: [String]

  /// Opens the index and reads its head.
  ///
  /// - Throws: `InputError` where it cannot be read, is none or was cut.
  package convenience init(path: String) throws(InputError) {
    try self.init(path: path, hashMask: .max)
  }

  init(path: String, hashMask: UInt64) throws(InputError) {
    file = try RandomAccessFile(path: path)
    self.hashMask = hashMask
    let found =
      file.size < PairIndexHead.bytes ? [] : try file.read(count: PairIndexHead.bytes, at: 0)
    guard let head = found.withUnsafeBytes({ PairIndexHead($0) }) else {
      throw Self.damage(path, found: "another beginning", expected: "an index of this version")
    }
    guard head.fileBytes == file.size else {
      throw Self.damage(
        path, found: "\(file.size) bytes", expected: "\(head.fileBytes), as its head says")
    }
    let names = try file.read(
      count: head.nameBytes, at: head.fileBytes - 4 - head.nameBytes)
    chromosomes = names.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
    guard chromosomes.count == head.chromosomes else {
      throw Self.damage(
        path, found: "\(chromosomes.count) chromosomes", expected: "\(head.chromosomes)")
    }
    self.head = head
  }

  /// Whether genes have entries.
  package var filesGenes: Bool { head.geneBits > 0 }

  /// The places of an id in the table's order; empty where the table has no row of it, nil where it
  /// has more than `limit`, with which the table is sooner read through.
  ///
  /// - Throws: `InputError` where the file cannot be read or contradicts itself; where no place is
  ///   found all of it is read and compared with its checksum.
  package func places(
    of id: String, _ kind: PairIndex.Kind, limit: Int = 100_000
  ) throws(InputError) -> [Place]? {
    let hash = Array(id.utf8).withUnsafeBytes { PairIndex.hash(kind, $0, mask: hashMask) }
    var number = try firstEntry(from: hash)
    var places: [Place] = []
    search: while number < head.entries {
      let block = try entries(number..<min(number + Self.blockEntries, head.entries))
      for entry in block {
        guard entry.hash == hash else { break search }
        guard places.count < limit else { return nil }
        places.append(try place(of: entry, kind))
      }
      number += block.count
    }
    if places.isEmpty { try verify() }
    return places
  }

  /// Compares the file with its checksum.
  ///
  /// - Throws: `InputError` where it is damaged.
  package func verify() throws(InputError) {
    var checksum = Crc32()
    var offset = 0
    let end = file.size - 4
    while offset < end {
      let bytes = try file.read(count: min(1 << 20, end - offset), at: offset)
      bytes.withUnsafeBytes { checksum.update($0) }
      offset += bytes.count
    }
    let stored = try file.read(count: 4, at: end).withUnsafeBytes {
      UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))
    }
    guard stored == checksum.value else {
      throw Self.damage(
        file.path, found: "other content", expected: "content of its own CRC-32")
    }
  }

  /// The number of the first entry whose hash is not smaller.
  private func firstEntry(from hash: UInt64) throws(InputError) -> Int {
    var range = 0..<head.entries
    while range.count > Self.blockEntries {
      let middle = range.lowerBound + range.count / 2
      if try entries(middle..<(middle + 1))[0].hash < hash {
        range = (middle + 1)..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    let place = try entries(range).firstIndex { $0.hash >= hash }
    return place.map { range.lowerBound + $0 } ?? range.upperBound
  }

  private func entries(_ range: Range<Int>) throws(InputError) -> [PairIndexEntry] {
    let bytes = try file.read(
      count: range.count * PairIndexEntry.bytes,
      at: PairIndexHead.bytes + range.lowerBound * PairIndexEntry.bytes)
    return bytes.withUnsafeBytes { bytes in
      range.indices.map { number in
        let start = (number - range.lowerBound) * PairIndexEntry.bytes
        // Safe: as many entries of 16 bytes were read.
        return PairIndexEntry(
          hash: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self),
          chromosome: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self),
          position: bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
      }
    }
  }

  private func place(
    of entry: PairIndexEntry, _ kind: PairIndex.Kind
  ) throws(InputError) -> Place {
    guard Int(entry.chromosome) < chromosomes.count else {
      throw Self.damage(
        file.path, found: "chromosome \(entry.chromosome + 1)",
        expected: "one of \(chromosomes.count)")
    }
    let first = Int(entry.position)
    let length = kind == .gene ? 1 << head.geneBits : 1
    return Place(
      chromosome: chromosomes[Int(entry.chromosome)], positions: first...(first + length - 1))
  }

  private static func damage(_ path: String, found: String, expected: String) -> InputError {
    InputError(
      "the index of the pairs is damaged", path: path, found: found, expected: expected,
      advice: "make the result again with --force")
  }
}
