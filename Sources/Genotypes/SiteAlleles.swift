import Glibc

/// The alleles met at one position, to find an allele that comes twice.
///
/// Arrays carry several probes of one site, often with placeholder alleles: with ids of their own
/// they are different markers. The same alleles under the same id, or where one has no id, are a
/// duplicate.
struct SiteAlleles {
  private struct Entry {
    /// Of REF and ALT; comparing it first keeps crowded positions cheap.
    let hash: UInt64
    /// REF, tab and ALT in `bytes`.
    let alleles: Range<Int>
    /// The record's id in `bytes`.
    let id: Range<Int>
  }

  /// How an allele relates to those before it at the position.
  enum Relation {
    case new
    /// The same alleles stand there under other ids.
    case sharesSite
    case duplicate
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  /// Forgets all alleles, at a new position.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }

  /// Takes in one allele.
  mutating func insert(
    reference: UnsafeRawBufferPointer, alternate: UnsafeRawBufferPointer,
    id: UnsafeRawBufferPointer
  ) -> Relation {
    let start = bytes.count
    bytes.append(contentsOf: reference)
    bytes.append(UInt8(ascii: "\t"))
    bytes.append(contentsOf: alternate)
    let alleles = start..<bytes.count
    bytes.append(contentsOf: id)
    let entry = Entry(
      hash: hash(alleles), alleles: alleles, id: alleles.upperBound..<bytes.count)
    defer { entries.append(entry) }
    var relation = Relation.new
    for earlier in entries where earlier.hash == entry.hash {
      guard isEqual(earlier.alleles, entry.alleles) else { continue }
      if lacksName(earlier.id) || lacksName(entry.id) || isEqual(earlier.id, entry.id) {
        return .duplicate
      }
      relation = .sharesSite
    }
    return relation
  }

  private func lacksName(_ id: Range<Int>) -> Bool {
    id.isEmpty || id.count == 1 && bytes[id.lowerBound] == UInt8(ascii: ".")
  }

  private func isEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    left.count == right.count
      && bytes.withUnsafeBytes { held in
        // Safe: both ranges lie in `bytes` and have the same length.
        held.baseAddress.map {
          memcmp($0 + left.lowerBound, $0 + right.lowerBound, left.count) == 0
        } ?? true
      }
  }

  /// 64-bit FNV-1a.
  private func hash(_ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return hash
  }
}
