import BlockGzip
import Cohort
import Genotypes
import Tables

/// Batches of the genotype file, each with the genes whose windows reach into it.
package final class CisChunkSource: ChunkSource {
  private struct Target {
    let gene: Int
    let window: ClosedRange<Int>
  }

  private let stream: VariantStream
  /// Genes still to come of each chromosome (match key), by window start.
  private var waiting: [String: ArraySlice<Target>] = [:]
  /// Genes whose windows the file has reached.
  private var active: [Target] = []
  private let geneCount: Int
  private var finishedCount = 0
  private var chunkCount = 0
  private var current: String?

  init(stream: VariantStream, genes: [(index: Int, gene: Gene)], window: Int) {
    self.stream = stream
    geneCount = genes.count
    var targets: [String: [Target]] = [:]
    for (index, gene) in genes {
      targets[chromosomeMatchKey(gene.chromosome), default: []].append(
        Target(gene: index, window: gene.cisWindow(window)))
    }
    for (chromosome, list) in targets {
      waiting[chromosome] = list.sorted { $0.window.lowerBound < $1.window.lowerBound }[...]
    }
  }

  func next() throws(InputError) -> ScanChunk? {
    var finished: [Int] = []
    while let batch = try stream.next() {
      let key = chromosomeMatchKey(stream.source.chromosomes[batch.chromosome])
      if key != current {
        finished += active.map(\.gene)
        active = []
        current = key
      }
      finished += active.filter { $0.window.upperBound < batch.firstPosition }.map(\.gene)
      active.removeAll { $0.window.upperBound < batch.firstPosition }
      while let target = waiting[key]?.first, target.window.lowerBound <= batch.lastPosition {
        waiting[key]?.removeFirst()
        if target.window.upperBound >= batch.firstPosition { active.append(target) }
      }
      guard !active.isEmpty else { continue }
      finishedCount += finished.count
      chunkCount += 1
      return ScanChunk(
        index: chunkCount - 1, genes: active.map(\.gene).sorted(), batch: batch,
        finished: finished, progress: Double(finishedCount) / Double(geneCount))
    }
    return nil
  }
}

extension Gene {
  /// Positions within `width` of the gene: `[start + 1 − width, end + width]`, one-based.
  func cisWindow(_ width: Int) -> ClosedRange<Int> {
    (start + 1 - width)...max(start + 1 - width, end + width)
  }

  /// Position relative to the gene's start; against the strand for a gene on `-`.
  func distance(to position: Int) -> Int {
    strand == .reverse ? end - position : position - (start + 1)
  }
}
