import BlockGzip
import Cohort
import Genotypes
import Tables

/// Runs of neighbouring genes with the variants of their windows, in one pass over the genotype
/// file; a batch is let go when no later gene needs it.
package final class CisChunkSource: ChunkSource {
  /// At most; few, so that the last chunks of a small scan still keep every worker busy.
  static let genesPerChunk = 4

  private struct Target {
    let gene: Int
    let window: ClosedRange<Int>
  }

  private let stream: VariantStream
  /// Genes still to come of each chromosome (match key), by window start.
  private var waiting: [String: ArraySlice<Target>] = [:]
  private let geneCount: Int
  private var handedOut = 0
  private var chunkCount = 0
  private var window: [PreparedVariants] = []
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
      let sorted = list.sorted {
        ($0.window.lowerBound, $0.window.upperBound, $0.gene)
          < ($1.window.lowerBound, $1.window.upperBound, $1.gene)
      }
      waiting[chromosome] = sorted[...]
    }
  }

  func next() throws(InputError) -> ScanChunk? {
    while true {
      if let key = current, let chunk = try nextChunk(onChromosome: key) { return chunk }
      guard try advance() else { return nil }
    }
  }

  private func nextChunk(onChromosome key: String) throws(InputError) -> ScanChunk? {
    guard let targets = waiting[key], let first = targets.first else { return nil }
    // Genes whose windows overlap share variants; a chunk across a gap would only hold more of them.
    var taken: [Target] = []
    var last = first.window.upperBound
    for target in targets.prefix(Self.genesPerChunk) where target.window.lowerBound <= last {
      taken.append(target)
      last = max(last, target.window.upperBound)
    }
    waiting[key] = targets.dropFirst(taken.count)
    window.removeAll { $0.lastPosition < first.window.lowerBound }
    while let batch = try stream.peek(), name(of: batch) == key, batch.firstPosition <= last {
      _ = try stream.next()
      if batch.lastPosition >= first.window.lowerBound { window.append(batch) }
    }
    handedOut += taken.count
    chunkCount += 1
    return ScanChunk(
      index: chunkCount - 1, genes: taken.map(\.gene),
      variants: window.filter { $0.firstPosition <= last },
      progress: Double(handedOut) / Double(geneCount))
  }

  /// Moves to the next chromosome of the file; every record up to it is read and checked.
  private func advance() throws(InputError) -> Bool {
    window = []
    while let batch = try stream.peek() {
      let key = name(of: batch)
      if key == current {
        _ = try stream.next()
        continue
      }
      current = key
      return true
    }
    return false
  }

  private func name(of batch: PreparedVariants) -> String {
    chromosomeMatchKey(stream.source.chromosomes[batch.chromosome])
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
