import BlockGzip

/// Reads one spooled run, a block at a time.
struct RunReader {
  private let file: LockedFile
  private var offset: Int
  private var blocksLeft: Int
  private var block: [UInt8] = []
  /// The current row's place in `block`: its record, its ALT tail, its text.
  private var recordAt = 0
  private var tailAt = 0
  private var textAt = 0
  /// Where tails and text begin, which is where the records and the tails end.
  private var tailsStart = 0
  private var textStart = 0
  /// The current row.
  private(set) var row: StoredRow

  /// Opens a run at its first row.
  init(_ run: StoredRun, in file: LockedFile) throws(OutputError) {
    self.file = file
    offset = run.offset
    blocksLeft = run.blocks
    row = run.first
    try readBlock()
  }

  /// The end of the current row's ALT.
  var tail: ArraySlice<UInt8> { block[tailAt..<(tailAt + Int(row.tailLength))] }

  /// Lends the text of the current row.
  @inline(__always)
  func withText(
    _ body: (UnsafeRawBufferPointer) throws(OutputError) -> Void
  ) throws(OutputError) {
    let outcome: Result<Void, OutputError> = block.withUnsafeBytes { bytes in
      // Safe: `select` has checked that the row lies within the block.
      do throws(OutputError) {
        let text = bytes[textAt..<(textAt + Int(row.textLength))]
        return .success(try body(UnsafeRawBufferPointer(rebasing: text)))
      } catch {
        return .failure(error)
      }
    }
    try outcome.get()
  }

  /// Moves to the next row; false after the last.
  @inline(__always)
  mutating func advance() throws(OutputError) -> Bool {
    recordAt += MemoryLayout<StoredRow>.stride
    tailAt += Int(row.tailLength)
    textAt += Int(row.textLength)
    if recordAt < tailsStart {
      try select()
      return true
    }
    guard blocksLeft > 0 else {
      block = []
      return false
    }
    try readBlock()
    return true
  }

  /// Takes up the row at the current place.
  @inline(__always)
  private mutating func select() throws(OutputError) {
    // Safe: the records end at `tailsStart`, which `readBlock` has checked against the block.
    row = block.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: recordAt, as: StoredRow.self)
    }
    guard tailAt + Int(row.tailLength) <= textStart, textAt + Int(row.textLength) <= block.count
    else { throw damage }
  }

  private mutating func readBlock() throws(OutputError) {
    let header = try read(count: StoredRun.headerBytes)
    let lengths = header.withUnsafeBytes { bytes in
      (0..<3).map { Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
    }
    let records = lengths[0] * MemoryLayout<StoredRow>.stride
    guard records > 0 else { throw damage }
    block = try read(count: records + lengths[1] + lengths[2])
    recordAt = 0
    tailAt = records
    tailsStart = records
    textAt = records + lengths[2]
    textStart = textAt
    blocksLeft -= 1
    try select()
  }

  private var damage: OutputError {
    OutputError(.writeFailed, path: file.path, reason: "the unfinished rows are damaged")
  }

  private mutating func read(count: Int) throws(OutputError) -> [UInt8] {
    // Damaged lengths must not reserve gigabytes.
    guard count <= (try file.size()) - offset else { throw damage }
    let bytes = try file.read(count: count, at: offset)
    guard bytes.count == count else { throw damage }
    offset += count
    return bytes
  }
}
