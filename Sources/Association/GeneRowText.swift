import Cohort
import Tables

/// What the rows of one gene share, converted once for all its variants.
struct GeneRowText: Sendable {
  /// Index into the genes of the expression file.
  let index: Int
  let id: TextBuffer
  /// The columns of samples and donors, with the tab before them.
  let counts: TextBuffer
  private let gene: Gene

  init(_ model: GeneModel) {
    self.init(
      index: model.index, gene: model.gene, sampleCount: model.sampleCount,
      donorCount: model.donorCount)
  }

  init(index: Int, gene: Gene, sampleCount: Int, donorCount: Int) {
    self.index = index
    self.gene = gene
    var id = TextBuffer(capacity: 32)
    id.append(gene.id)
    self.id = id
    var counts = TextBuffer(capacity: 64)
    counts.append(tabbed: sampleCount)
    counts.append(tabbed: donorCount)
    self.counts = counts
  }

  /// Position relative to the gene's start; against the strand for a gene on `-`.
  func distance(to position: Int) -> Int {
    gene.distance(to: position)
  }
}
