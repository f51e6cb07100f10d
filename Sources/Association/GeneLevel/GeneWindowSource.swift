import BlockGzip
import Cohort
import Genotypes

/// The genes of a cis scan one by one, each with all batches that reach into its window.
///
/// Batches are held while a window that they reach into is open, and shared by the genes they are near,
/// so that memory is bounded by windows.
final class GeneWindowSource {
  /// A gene whose variants have all been read.
  struct Work: Sendable {
    var gene: Int
    var batches: [PreparedVariants]
  }

  private let chunks: CisChunkSource
  private var open: [Int: [PreparedVariants]] = [:]
  private var complete: [Work] = []
  private var isAtEnd = false

  init(stream: VariantStream, genes: [(index: Int, gene: Gene)], window: Int) {
    chunks = CisChunkSource(stream: stream, genes: genes, window: window)
  }

  /// The next gene, in the order in which windows end; nil after the last. Genes without a batch do not
  /// come.
  ///
  /// - Throws: `InputError` from the genotype file.
  func next() throws(InputError) -> Work? {
    while complete.isEmpty, !isAtEnd {
      guard let chunk = try chunks.next() else {
        close(open.keys.sorted())
        isAtEnd = true
        break
      }
      close(chunk.finished)
      for gene in chunk.genes { open[gene, default: []].append(chunk.batch) }
    }
    return complete.popLast()
  }

  private func close(_ genes: [Int]) {
    for gene in genes {
      guard let batches = open.removeValue(forKey: gene) else { continue }
      complete.append(Work(gene: gene, batches: batches))
    }
  }
}
