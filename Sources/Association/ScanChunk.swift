import BlockGzip

/// One unit of work: a batch of variants with the genes that may pair with them.
struct ScanChunk: Sendable {
  /// Number of the chunk in the order of the genotype file.
  let index: Int
  /// Indices into the cohort's genes, ascending.
  let genes: [Int]
  let batch: PreparedVariants
  /// Genes that no chunk after the one before needs.
  let finished: [Int]
  /// Share of the work handed out with this chunk, 0 to 1; NaN where unknown.
  let progress: Double
}

/// Hands out chunks in the order of the genotype file, reading it as far as the next one needs.
protocol ChunkSource: AnyObject {
  /// The next chunk; nil after the last. Called by one thread at a time.
  ///
  /// - Throws: `InputError` from the genotype file.
  func next() throws(InputError) -> ScanChunk?
}
