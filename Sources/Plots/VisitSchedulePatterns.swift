/// Which rows a plot of visits has.
struct VisitSchedulePatterns {
  let rows: [(times: [Double], donors: Int)]
  let patternCount: Int
  /// Whether rows are donors, because patterns are too many.
  let isIrregular: Bool
  /// Patterns without a row, and their donors; 0 where rows are donors.
  let furtherPatterns: Int
  let furtherDonors: Int

  private static let mostPatterns = 60
  private static let mostPatternRows = 30
  private static let mostDonorRows = 60

  /// - Parameter visits: the distinct times of each donor, ascending, none empty.
  init(_ visits: [[Double]]) {
    var counts: [[Double]: Int] = [:]
    for times in visits { counts[times, default: 0] += 1 }
    patternCount = counts.count
    isIrregular = counts.count > Self.mostPatterns
    guard !isIrregular else {
      let sorted = visits.sorted {
        $0[0] != $1[0]
          ? $0[0] < $1[0] : $0.count != $1.count ? $0.count > $1.count : $0.precedes($1)
      }
      let shown = min(sorted.count, Self.mostDonorRows)
      rows = (0..<shown).map { (sorted[$0 * sorted.count / shown], 1) }
      furtherPatterns = 0
      furtherDonors = 0
      return
    }
    let sorted = counts.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.precedes($1.key)
    }
    let shown = sorted.prefix(Self.mostPatternRows)
    rows = shown.map { ($0.key, $0.value) }
    furtherPatterns = sorted.count - shown.count
    furtherDonors = sorted.dropFirst(shown.count).reduce(0) { $0 + $1.value }
  }
}

extension [Double] {
  /// The order of words: more visits first, then the earlier first difference.
  fileprivate func precedes(_ other: [Double]) -> Bool {
    count != other.count ? count > other.count : lexicographicallyPrecedes(other)
  }
}
