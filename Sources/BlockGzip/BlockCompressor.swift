import CISAL

/// Makes BGZF blocks (SAM format specification, section 4.1) with ISA-L's deflate of level 3.
///
/// Not of level 1 or 2, a third faster: what ISA-L 2.30 makes there depends on the address of its
/// structure, which the system chooses anew for every process. Of 2,500 processes that compressed the
/// same 80 blocks, 19 made other bytes.
///
/// A block depends on its payload alone, not on those before it; other processors may make other
/// blocks of it, since ISA-L chooses its code by their instruction sets.
final class BlockCompressor {
  /// Bytes of a full block before compression, as htslib cuts them: stored, if they do not
  /// compress, they still fit in a block.
  static let payloadSize = 0xff00

  /// The empty block that ends a file.
  static let endOfFile: [UInt8] =
    head + [0x1b, 0, 3, 0] + [UInt8](repeating: 0, count: footerSize)

  /// A gzip header with the extra field `BC`, up to the block's size less one.
  private static let head: [UInt8] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, UInt8(ascii: "B"), UInt8(ascii: "C"), 2, 0,
  ]
  private static let headerSize = head.count + 2
  /// CRC-32 and length of the payload.
  private static let footerSize = 8
  private static let blockSize = 1 << 16

  private let stream: UnsafeMutablePointer<isal_zstream>
  private let levelBuffer: UnsafeMutablePointer<UInt8>
  private let block: UnsafeMutableRawBufferPointer

  init() {
    // Safe: all three are freed in deinit only, and none leaves this object but a block, whose
    // lifetime `compress` tells. ISA-L's structures are plain C, for which zeros are a value.
    let streamBytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: MemoryLayout<isal_zstream>.stride,
      alignment: max(64, MemoryLayout<isal_zstream>.alignment))
    streamBytes.initializeMemory(as: UInt8.self, repeating: 0)
    stream = streamBytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: isal_zstream.self)
    levelBuffer = .allocate(capacity: Int(isal_level_3_buffer_size))
    levelBuffer.initialize(repeating: 0, count: Int(isal_level_3_buffer_size))
    block = .allocate(byteCount: Self.blockSize, alignment: 64)
    block.copyBytes(from: Self.head)
  }

  deinit {
    UnsafeMutableRawPointer(stream).deallocate()
    levelBuffer.deallocate()
    block.deallocate()
  }

  /// The block of a payload of 1 to `payloadSize` bytes.
  ///
  /// - Returns: the block, valid until the next call and while this object lives.
  func compress(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    precondition(
      (1...Self.payloadSize).contains(payload.count), "a payload of \(payload.count) bytes")
    let room = Self.blockSize - Self.headerSize - Self.footerSize
    isal_deflate_stateless_init(stream)
    stream.pointee.level = 3
    stream.pointee.level_buf = levelBuffer
    stream.pointee.level_buf_size = isal_level_3_buffer_size
    stream.pointee.end_of_stream = 1
    // Safe: ISA-L only reads the input, whose type in C lacks `const`; it writes at most `room`
    // bytes, which lie within the block.
    let bytes = payload.assumingMemoryBound(to: UInt8.self).baseAddress
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
    stream.pointee.avail_in = UInt32(payload.count)
    stream.pointee.next_out = block.baseAddress.unsafelyUnwrapped
      .advanced(by: Self.headerSize).assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    // What does not compress becomes stored deflate blocks, for which there is room.
    let code = isal_deflate_stateless(stream)
    precondition(code == COMP_OK, "ISA-L: \(code) for \(payload.count) bytes, room for \(room)")
    let footer = Self.headerSize + Int(stream.pointee.total_out)
    let size = footer + Self.footerSize
    store(UInt16(size - 1), at: Self.head.count)
    store(Crc32(payload).value, at: footer)
    store(UInt32(payload.count), at: footer + 4)
    return UnsafeRawBufferPointer(rebasing: block[..<size])
  }

  private func store(_ value: some FixedWidthInteger, at offset: Int) {
    block.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
  }
}
