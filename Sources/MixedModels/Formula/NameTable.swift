/// Names of ASCII, numbered as they come.
///
/// Swift's own hash and order of strings allow for Unicode's equivalences, of which ASCII has none:
/// bytes serve.
struct NameTable {
  private(set) var names: [String] = []
  /// Of every text.
  private(set) var numbers: [Int] = []
  /// Numbers in the order of names.
  private(set) var order: [Int] = []
  /// By number: the hash, and the first eight bytes, which order most names.
  private var keys: [Key] = []
  /// Open addressing; −1 where nothing is.
  private var slots: [Int32]

  private struct Key {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var prefix: UInt64 = 0
  }

  /// nil where a text has other characters than ASCII.
  init?(ascii texts: [String]) {
    slots = [Int32](repeating: -1, count: 64)
    numbers.reserveCapacity(texts.count)
    var last: Int?
    for text in texts {
      guard let key = Self.key(text) else { return nil }
      if let last, keys[last].hash == key.hash, names[last] == text {
        numbers.append(last)
        continue
      }
      let number = number(of: text, key)
      numbers.append(number)
      last = number
    }
    order = names.indices.sorted { one, two in
      let (a, b) = (keys[one].prefix, keys[two].prefix)
      return a != b ? a < b : names[one] < names[two]
    }
  }

  /// nil where a byte is no ASCII.
  private static func key(_ text: String) -> Key? {
    var text = text
    return text.withUTF8 { bytes in
      var key = Key()
      var all: UInt8 = 0
      for (place, byte) in bytes.enumerated() {
        all |= byte
        // FNV-1a.
        key.hash = (key.hash ^ UInt64(byte)) &* 0x100_0000_01b3
        if place < 8 { key.prefix |= UInt64(byte) << UInt64(56 - 8 * place) }
      }
      return all < 0x80 ? key : nil
    }
  }

  private mutating func number(of text: String, _ key: Key) -> Int {
    if 2 * names.count >= slots.count { grow() }
    var slot = Self.first(key, slots.count)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if keys[number].hash == key.hash, names[number] == text { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(names.count)
    names.append(text)
    keys.append(key)
    return names.count - 1
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 4 * slots.count)
    for (number, key) in keys.enumerated() {
      var slot = Self.first(key, slots.count)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  private static func first(_ key: Key, _ count: Int) -> Int {
    // The high bits depend on all bytes.
    Int(truncatingIfNeeded: key.hash ^ (key.hash >> 32)) & (count - 1)
  }
}
