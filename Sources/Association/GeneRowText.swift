import Cohort
import Tables

/// What the rows of one gene share, converted once for all its variants.
struct GeneRowText: Sendable {
  /// Index into the genes of the expression file.
  let index: Int
  let id: RowPiece
  /// The columns of samples and donors, with the tab before them.
  let counts: RowPiece
  /// The distance to position 0, and what it grows by with the position.
  private let origin: Int
  private let direction: Int

  init(_ model: GeneModel) {
    self.init(
      index: model.index, gene: model.gene, sampleCount: model.sampleCount,
      donorCount: model.donorCount)
  }

  init(index: Int, gene: Gene, sampleCount: Int, donorCount: Int) {
    self.index = index
    origin = gene.distance(to: 0)
    direction = gene.distance(to: 1) - origin
    var id = TextBuffer(capacity: 32)
    id.append(gene.id)
    self.id = RowPiece(id)
    var counts = TextBuffer(capacity: 64)
    counts.append(tabbed: sampleCount)
    counts.append(tabbed: donorCount)
    self.counts = RowPiece(counts)
  }

  /// Position relative to the gene's start; against the strand for a gene on `-`.
  @inline(__always)
  func distance(to position: Int) -> Int {
    origin &+ direction &* position
  }
}
