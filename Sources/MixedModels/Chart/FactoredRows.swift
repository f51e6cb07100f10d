/// A chart's rows as combinations of vectors over donors, most of which all genes share.
struct FactoredRows: Sendable {
  /// Vectors of the gene's own at most.
  static let geneRankLimit = 4

  /// Rank of the shared vectors and of the gene's own.
  let sharedRank: Int
  let geneRank: Int
  /// geneRank × N.
  let geneVectors: [Float]
  /// Rows × (sharedRank + geneRank).
  let scoreCoefficients: [Float]
  /// Rows × sharedRank; empty where the model has no time coefficient.
  let timeCoefficients: [Float]

  /// - Parameters:
  ///   - scores: rows × N.
  ///   - times: rows × N, or empty.
  ///   - shared: of the design with its one visit pattern: all that the rows hold of covariates.
  init?(
    scores: [[Double]], times: [[Double]], shared: RowSpace, response: ResponseCrossProducts
  ) {
    // Rows of derivatives may be small differences; the vectors they are made of are not.
    let n = shared.donorCount
    let byResponse = Self.columns(response.genotypeByResponse, donors: n)
    let terms = Self.columns(response.genotypeResponseTerms, donors: n)
    var space = shared
    for vector in byResponse + terms {
      guard space.include(vector, limit: shared.rank + Self.geneRankLimit) else { return nil }
    }
    sharedRank = shared.rank
    geneRank = space.rank - shared.rank
    geneVectors = space.directions.suffix(geneRank).joined().map { Float($0) }
    scoreCoefficients = space.coefficients(scores).map { Float($0) }
    timeCoefficients = shared.coefficients(times).map { Float($0) }
  }

  /// The columns of a matrix donors × anything, row-major.
  private static func columns(_ values: [Double], donors: Int) -> [[Double]] {
    let width = values.count / donors
    return (0..<width).map { column in (0..<donors).map { values[$0 * width + column] } }
  }
}
