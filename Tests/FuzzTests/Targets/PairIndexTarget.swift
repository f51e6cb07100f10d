import BlockGzip

@testable import Association

/// Indexes of the pairs.
///
/// The first byte of an input tells whether the rest is a whole file, or what stands before a checksum
/// that is right.
enum PairIndexTarget: FuzzTarget {
  static let name = "index"
  static let words = ["SQTLIDX1", "chr1\0", "\u{01}\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0"]
  private static let ids = ["v1", "v2", "g1", "absent"]

  static func seeds(in folder: FuzzFolder) throws -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for filesGenes in [false, true] {
      var index = PairIndexBuilder(filesGenes: filesGenes)
      for (number, variant) in ["v1", "v2", "v1", "v3"].enumerated() {
        var row = "chr1\t\(20_000 * number)\t\(variant)\tA\tC\tg\(number % 2)\tok\n"
        row.withUTF8 {
          index.add(
            UnsafeRawBufferPointer($0), chromosome: 0, position: 20_000 * number, gene: number % 2)
        }
      }
      let path = "\(folder.path)/seed.idx"
      _ = try index.write(to: path) { _ in "chr1" }
      let file = try folder.read(path)
      seeds += [[0] + file, [1] + file.dropLast(4)]
    }
    return seeds
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    var file = Array(input.dropFirst())
    if (input.first ?? 0) % 2 == 1 {
      let checksum = file.withUnsafeBytes { Crc32($0).value }
      file += withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
    }
    let path = try folder.write(file, to: "pairs.idx")
    do {
      let reader = try PairIndexReader(path: path)
      for id in ids {
        for kind in [PairIndex.Kind.variant, .gene] {
          let places = try reader.places(of: id, kind) ?? []
          try require(
            places.allSatisfy { $0.positions.lowerBound >= 0 && !$0.positions.isEmpty },
            "\(places) for \(id)")
          if places.isEmpty { try reader.verify() }
        }
      }
    } catch let error as InputError {
      try require(error.kind == .malformed && error.path == path, "\(error)")
    }
  }
}
