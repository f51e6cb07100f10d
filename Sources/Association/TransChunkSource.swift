import BlockGzip

/// All genes with every variant.
package final class TransChunkSource: ChunkSource {
  private let stream: VariantStream
  private let genes: [Int]
  private var chunkCount = 0

  init(stream: VariantStream, genes: [Int]) {
    self.stream = stream
    self.genes = genes
  }

  func next() throws(InputError) -> ScanChunk? {
    guard let batch = try stream.next() else { return nil }
    chunkCount += 1
    // Variants are not counted before they are read.
    return ScanChunk(
      index: chunkCount - 1, genes: genes, batch: batch, finished: [], progress: .nan)
  }
}
