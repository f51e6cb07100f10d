import BlockGzip

/// Lines of plain, gzip and BGZF files.
enum LinesTarget: FuzzTarget {
  static let name = "lines"
  static let words = ["\u{FEFF}", "\r\n", "\r\r\n", "\u{1F}"]

  static func seeds(in folder: FuzzFolder) throws -> [[UInt8]] {
    let text = "\u{FEFF}first\r\n\nthird\tof\r\r\nlast"
    let path = "\(folder.path)/seed.gz"
    let writer = try BlockGzipWriter(path: path)
    try writer.write(text)
    try writer.finish()
    let blocks = try folder.read(path)
    // Bytes behind the fixed header of the first member, without BGZF's extra field: plain gzip.
    let plain =
      Array(blocks[..<3]) + [0] + Array(blocks[4..<10]) + Array(blocks[18..<(blocks.count - 28)])
    return [Array(text.utf8), blocks, plain, plain + plain, plain + [0, 0]]
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    for requiresEndMarker in [true, false] {
      let lines = try Outcome {
        let reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
        var lines: [[UInt8]] = []
        while let line = try reader.next() { lines.append(Array(line)) }
        try require(reader.lineNumber == lines.count, "line \(reader.lineNumber)")
        return lines
      }
      if !input.starts(with: [0x1F, 0x8B]) {
        try requireSame(lines.value, Self.lines(of: input), "lines, and those of a plain split")
      }
    }
  }

  /// The lines of plain text; nil where it has a NUL or is UTF-16.
  private static func lines(of input: [UInt8]) -> [[UInt8]]? {
    if input.starts(with: [0xFF, 0xFE]) || input.starts(with: [0xFE, 0xFF]) { return nil }
    if input.contains(0) { return nil }
    var lines = input.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    if lines.first?.starts(with: [0xEF, 0xBB, 0xBF]) == true { lines[0].removeFirst(3) }
    for index in lines.indices where lines[index].last == 0x0D { lines[index].removeLast() }
    return lines
  }
}
