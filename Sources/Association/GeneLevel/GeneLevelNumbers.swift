/// What significance over genes takes of one gene.
struct GeneLevelNumbers: Sendable {
  /// Natural logarithm of the first method's p-value.
  var logP: Double
  /// Of the first method with replicates; NaN without one.
  var resampledLogP = Double.nan
  var shape1 = Double.nan
  var shape2 = Double.nan

  init(_ row: GeneTable.Row, _ options: GeneLevelOptions) {
    logP = options.methods.first.map { row.logP(of: $0) } ?? .nan
    guard let value = options.resampling.flatMap({ row.level?.resampled(by: $0) }) else { return }
    resampledLogP = value.logP
    shape1 = value.shape1
    shape2 = value.shape2
  }

  /// - Returns: nil where the texts are not four numbers.
  init?(texts: [String]) {
    let numbers = texts.compactMap { Double($0) }
    guard numbers.count == 4, texts.count == 4 else { return nil }
    logP = numbers[0]
    resampledLogP = numbers[1]
    shape1 = numbers[2]
    shape2 = numbers[3]
  }

  /// The shortest texts of the doubles.
  var texts: [String] { [logP, resampledLogP, shape1, shape2].map { "\($0)" } }
}
