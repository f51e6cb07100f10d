import Genotypes

/// All tested variants of one gene, as its design sees them, those with equal dosages stored once.
struct GeneVariants: Sendable {
  /// A tested variant.
  struct Member: Sendable {
    var variant: Variant
    /// Place in the genotype file.
    var fileIndex: Int
    var summary: AlleleSummary
    /// Which of the distinct columns it has.
    var column: Int
  }

  let donorCount: Int
  /// In the order of the file.
  private(set) var members: [Member] = []
  /// Donors × distinct columns, column-major, in the design's donor order.
  private(set) var dosages: [Double] = []
  private var columnsOfHash: [UInt64: [Int]] = [:]

  /// Distinct columns.
  var columnCount: Int { donorCount == 0 ? 0 : dosages.count / donorCount }

  init(donorCount: Int) { self.donorCount = donorCount }

  /// Adds the tested variants of a batch prepared for the gene's design.
  ///
  /// - Parameter indices: those in the gene's window.
  mutating func add(_ batch: PreparedVariants, _ indices: Range<Int>) {
    precondition(batch.donorCount == donorCount, "\(batch.donorCount) of \(donorCount) donors")
    for index in indices where batch.summaries[index].verdict == .tested {
      let start = index * donorCount
      members.append(
        Member(
          variant: batch.variants[index], fileIndex: batch.firstIndex + index,
          summary: batch.summaries[index],
          column: column(of: batch.dosages[start..<(start + donorCount)])))
    }
  }

  private mutating func column(of values: ArraySlice<Double>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for value in values {
      hash = (hash ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    for known in columnsOfHash[hash, default: []] where dosages(known).elementsEqual(values) {
      return known
    }
    let column = columnCount
    columnsOfHash[hash, default: []].append(column)
    dosages += values
    return column
  }

  /// One number per donor.
  func dosages(_ column: Int) -> ArraySlice<Double> {
    dosages[(column * donorCount)..<((column + 1) * donorCount)]
  }
}
