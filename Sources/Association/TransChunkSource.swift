import BlockGzip

/// All genes with every variant: one chunk a batch, so that its rows are sorted by position.
package final class TransChunkSource: ChunkSource {
  private let stream: VariantStream
  private let genes: [Int]
  private var chunkCount = 0

  init(stream: VariantStream, genes: [Int]) {
    self.stream = stream
    self.genes = genes
  }

  /// The number of variants of a batch: small enough that rows of all genes fit in memory.
  static func batchSize(genes: Int) -> Int { max(8, min(256, 200_000 / max(1, genes))) }

  /// Unknown: a genotype file is not counted before it is read.
  var progress: Double { .nan }

  func next() throws(InputError) -> ScanChunk? {
    guard let batch = try stream.next() else { return nil }
    chunkCount += 1
    return ScanChunk(index: chunkCount - 1, genes: genes, variants: [batch])
  }
}
