/// A variant that may be an independent signal of its gene.
///
/// Which signals a gene has depends on a threshold over all genes, which is known at the end of a scan, or
/// at a merge. Forward selection under a stricter threshold is the beginning of that under a looser one;
/// for every beginning there is a set of rows, of which those count that pass the threshold.
struct SignalRow: Sendable, Equatable {
  /// The step of forward selection that found the signal, from 1.
  var rank: Int
  /// Signals that forward selection had found when this set of rows was made.
  var count: Int
  /// The largest gene-level log p of the steps so far: under a lower threshold the set does not come to be.
  var forward: Double
  /// Gene-level log p of the row itself, given all others of the set.
  var backward: Double
  /// As in the pairs table, without a line end.
  var text: String

  /// The rows that count at a threshold: of the largest set that comes to be, those that pass it; of a
  /// variant that two of them found, the first.
  ///
  /// - Parameter logThreshold: NaN where no gene passes.
  static func chosen(_ rows: [SignalRow], logThreshold: Double) -> [SignalRow] {
    let count = rows.filter { $0.forward <= logThreshold }.map(\.count).max() ?? 0
    var texts: Set<String> = []
    return rows.filter { $0.count == count && $0.backward <= logThreshold }
      .sorted { $0.rank < $1.rank }
      .filter { texts.insert($0.variant).inserted }
  }

  /// The columns that tell the variant.
  private var variant: String {
    text.split(separator: "\t", maxSplits: 5, omittingEmptySubsequences: false).prefix(5)
      .joined(separator: "\t")
  }
}
