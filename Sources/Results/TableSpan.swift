/// A stretch of a table that is sorted by chromosome and position.
struct TableSpan: Sendable, Equatable {
  /// By its place among the table's chromosomes.
  var chromosome: Int
  var positions: ClosedRange<Int>

  /// Stretches in the table's order and apart.
  static func joined(_ spans: [TableSpan]) -> [TableSpan] {
    let sorted = spans.sorted {
      ($0.chromosome, $0.positions.lowerBound) < ($1.chromosome, $1.positions.lowerBound)
    }
    var joined: [TableSpan] = []
    for span in sorted {
      if let last = joined.last, last.chromosome == span.chromosome,
        span.positions.lowerBound <= last.positions.upperBound
      {
        joined[joined.count - 1].positions =
          last.positions.lowerBound...max(last.positions.upperBound, span.positions.upperBound)
      } else {
        joined.append(span)
      }
    }
    return joined
  }

  /// What lies in both; each in the table's order and apart, as the result is.
  static func common(_ left: [TableSpan], _ right: [TableSpan]) -> [TableSpan] {
    var common: [TableSpan] = []
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      let (a, b) = (left[i], right[j])
      if a.chromosome == b.chromosome, a.positions.overlaps(b.positions) {
        common.append(
          TableSpan(chromosome: a.chromosome, positions: a.positions.clamped(to: b.positions)))
      }
      if (a.chromosome, a.positions.upperBound) < (b.chromosome, b.positions.upperBound) {
        i += 1
      } else {
        j += 1
      }
    }
    return common
  }
}
