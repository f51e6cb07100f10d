import Glibc

/// A set of texts looked up by bytes, because a `String` for every skipped record would cost more
/// than the rest of reading it.
struct ByteStringSet: Sendable {
  /// All members, one after another.
  private var storage: [UInt8] = []
  /// Where each member lies in `storage`.
  private var members: [Range<Int>] = []
  /// Open addressing: member index, or -1; the count is a power of two.
  private var slots: [Int]

  init(_ texts: Set<String>) {
    var slotCount = 16
    while slotCount < texts.count * 2 { slotCount *= 2 }
    slots = Array(repeating: -1, count: slotCount)
    for text in texts {
      let start = storage.count
      storage.append(contentsOf: text.utf8)
      members.append(start..<storage.count)
      var slot = storage[start...].withUnsafeBytes { Self.hash($0) } & (slotCount - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slotCount - 1) }
      slots[slot] = members.count - 1
    }
  }

  /// Whether `text` is a member.
  func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    var slot = Self.hash(text) & (slots.count - 1)
    while slots[slot] >= 0 {
      let member = members[slots[slot]]
      if member.count == text.count, isEqual(member, text) { return true }
      slot = (slot + 1) & (slots.count - 1)
    }
    return false
  }

  private func isEqual(_ member: Range<Int>, _ text: UnsafeRawBufferPointer) -> Bool {
    storage.withUnsafeBytes { held in
      guard let left = held.baseAddress, let right = text.baseAddress else { return true }
      // Safe: both ranges are inside their buffers and have `text.count` bytes.
      return memcmp(left + member.lowerBound, right, text.count) == 0
    }
  }

  /// 64-bit FNV-1a.
  private static func hash(_ text: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
  }
}
