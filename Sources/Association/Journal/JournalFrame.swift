import BlockGzip

/// The head of a frame of a journal: what it belongs to, how long it is, and its checksums.
///
/// 48 bytes in this machine's byte order: a mark, the plan's id, the payload's length, the CRC-32
/// of the payload and that of the 44 bytes before.
struct JournalFrame: Equatable {
  static let headBytes = 48

  /// Tells the format and the byte order.
  private static let mark: UInt64 = 0x3150_4547_4C54_5153

  /// 16 bytes as two numbers.
  var plan: (UInt64, UInt64)
  var length: Int
  var checksum: UInt32

  static func == (left: JournalFrame, right: JournalFrame) -> Bool {
    left.plan == right.plan && left.length == right.length && left.checksum == right.checksum
  }

  init(plan: (UInt64, UInt64), length: Int, checksum: UInt32) {
    self.plan = plan
    self.length = length
    self.checksum = checksum
  }

  /// Reads a head; nil where the bytes are none.
  init?(_ bytes: [UInt8]) {
    var decoder = BinaryDecoder(bytes)
    guard bytes.count == Self.headBytes, let mark = try? decoder.next(UInt64.self),
      mark == Self.mark, let first = try? decoder.next(UInt64.self),
      let second = try? decoder.next(UInt64.self), let length = try? decoder.next(Int.self),
      let version = try? decoder.next(UInt64.self), version == Self.version,
      let checksum = try? decoder.next(UInt32.self), let own = try? decoder.next(UInt32.self),
      (0...(Int.max - Self.headBytes)).contains(length),
      bytes.withUnsafeBytes({ Crc32(.init(rebasing: $0[..<44])).value }) == own
    else { return nil }
    plan = (first, second)
    self.length = length
    self.checksum = checksum
  }

  /// Whether `bytes`, fewer than a head has, are the start of one.
  static func headStarts(with bytes: [UInt8]) -> Bool {
    withUnsafeBytes(of: mark) { $0.starts(with: bytes.prefix(8)) }
  }

  /// The layout of payloads.
  private static let version: UInt64 = 1

  var bytes: [UInt8] {
    var encoder = BinaryEncoder()
    encoder.append(Self.mark)
    encoder.append(plan.0)
    encoder.append(plan.1)
    encoder.append(length)
    encoder.append(Self.version)
    encoder.append(checksum)
    let own = encoder.bytes.withUnsafeBytes { Crc32($0) }
    encoder.append(own.value)
    return encoder.bytes.withUnsafeBytes { Array($0) }
  }
}
