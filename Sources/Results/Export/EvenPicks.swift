import Distributions

/// Some of many rows, evenly spaced from a random start.
struct EvenPicks {
  private let wanted: Int
  private let total: Int
  private let offset: Double
  private var place = 0
  private var picked = 0

  init(_ wanted: Int, of total: Int, seed: UInt64) {
    self.wanted = min(wanted, total)
    self.total = total
    var random = RandomNumbers(seed: seed)
    offset = random.uniform()
  }

  /// Whether the next row is one of them.
  mutating func next() -> Bool {
    defer { place += 1 }
    guard picked < wanted else { return false }
    let target = Int((Double(picked) + offset) * Double(total) / Double(wanted))
    guard place >= min(target, total - 1) else { return false }
    picked += 1
    return true
  }
}
