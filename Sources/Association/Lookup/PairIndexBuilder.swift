import BlockGzip
import Glibc

/// Collects the entries of `PREFIX.pairs.idx` while the rows of a table pass by in their order.
///
/// Memory is 16 bytes a variant, up to 48 while the array of them grows, and for genes of results of all
/// pairs at most 64 MiB: where they have more entries, the stretches they are filed under become twice
/// as long.
struct PairIndexBuilder {
  private static let variantColumn = 2
  private static let geneColumn = 5

  /// What is known of a gene.
  private struct GeneState {
    var hash: UInt64
    /// The last stretch with a row of it.
    var chromosome: UInt32
    var stretch: UInt32
  }

  private let filesGenes: Bool
  private let geneLimit: Int
  private let hashMask: UInt64
  private var variants: [PairIndexEntry] = []
  /// Positions are numbers of stretches until the index is written.
  private var genes: [PairIndexEntry] = []
  private var geneStates: [GeneState?] = []
  private var geneBits = PairIndex.leastGeneBits
  /// Chromosomes so far, as the caller numbers them.
  private var chromosomes: [Int] = []
  private var position = -1
  /// The columns of the last row up to its variant, with the tab behind them.
  private var site: [UInt8] = []
  /// Variants met at the current position.
  private var hashesHere: [UInt64] = []

  /// - Parameters:
  ///   - filesGenes: whether genes get entries: where their rows lie all over the table.
  ///   - geneLimit: entries of genes at most, unless every gene has one for a whole chromosome.
  ///   - hashMask: of `PairIndex.hash`.
  init(filesGenes: Bool, geneLimit: Int = 1 << 22, hashMask: UInt64 = .max) {
    self.filesGenes = filesGenes
    self.geneLimit = geneLimit
    self.hashMask = hashMask
  }

  /// Takes the next row.
  ///
  /// - Parameters:
  ///   - chromosome: any number that stands for it.
  ///   - gene: likewise; numbers are small.
  @inline(__always)
  mutating func add(
    _ row: UnsafeRawBufferPointer, chromosome: Int, position: Int, gene: Int
  ) {
    if !isAtSite(of: row) { addSite(row, chromosome: chromosome, position: position) }
    if filesGenes { addGene(row, position: position, gene: gene) }
  }

  /// Whether chromosome, position and variant are those of the row before.
  @inline(__always)
  private func isAtSite(of row: UnsafeRawBufferPointer) -> Bool {
    guard !site.isEmpty, row.count >= site.count, let start = row.baseAddress else { return false }
    // Safe: both have `site.count` bytes.
    return memcmp(site, start, site.count) == 0
  }

  private mutating func addSite(
    _ row: UnsafeRawBufferPointer, chromosome: Int, position: Int
  ) {
    guard let id = Self.field(Self.variantColumn, of: row) else { return }
    if chromosomes.last != chromosome {
      chromosomes.append(chromosome)
      self.position = -1
    }
    if self.position != position {
      self.position = position
      hashesHere.removeAll(keepingCapacity: true)
    }
    site.removeAll(keepingCapacity: true)
    site.append(contentsOf: row[..<min(id.upperBound + 1, row.count)])
    let hash = PairIndex.hash(
      .variant, UnsafeRawBufferPointer(rebasing: row[id]), mask: hashMask)
    guard !hashesHere.contains(hash) else { return }
    hashesHere.append(hash)
    variants.append(
      PairIndexEntry(
        hash: hash, chromosome: UInt32(chromosomes.count - 1),
        position: UInt32(clamping: position)))
  }

  private mutating func addGene(_ row: UnsafeRawBufferPointer, position: Int, gene: Int) {
    let chromosome = UInt32(clamping: chromosomes.count - 1)
    let stretch = UInt32(clamping: max(position - 1, 0) >> geneBits)
    while geneStates.count <= gene { geneStates.append(nil) }
    if let state = geneStates[gene] {
      guard state.stretch != stretch || state.chromosome != chromosome else { return }
      geneStates[gene]?.stretch = stretch
      geneStates[gene]?.chromosome = chromosome
    } else {
      guard let id = Self.field(Self.geneColumn, of: row) else { return }
      geneStates[gene] = GeneState(
        hash: PairIndex.hash(.gene, UnsafeRawBufferPointer(rebasing: row[id]), mask: hashMask),
        chromosome: chromosome, stretch: stretch)
    }
    guard let hash = geneStates[gene]?.hash else { return }
    genes.append(PairIndexEntry(hash: hash, chromosome: chromosome, position: stretch))
    while genes.count > geneLimit, geneBits < 31 { lengthenStretches() }
  }

  private mutating func lengthenStretches() {
    geneBits += 1
    for index in genes.indices { genes[index].position >>= 1 }
    for index in geneStates.indices { geneStates[index]?.stretch >>= 1 }
    Self.sort(&genes)
  }

  /// Sorts entries and leaves each once.
  private static func sort(_ entries: inout [PairIndexEntry]) {
    entries.sort()
    var kept = 0
    for index in entries.indices where kept == 0 || entries[index] != entries[kept - 1] {
      entries[kept] = entries[index]
      kept += 1
    }
    entries.removeLast(entries.count - kept)
  }

  /// The bytes of a column before the last.
  private static func field(_ column: Int, of row: UnsafeRawBufferPointer) -> Range<Int>? {
    var start = 0
    for _ in 0..<column {
      guard let tab = row[start...].firstIndex(of: UInt8(ascii: "\t")) else { return nil }
      start = tab + 1
    }
    return row[start...].firstIndex(of: UInt8(ascii: "\t")).map { start..<$0 }
  }

  /// Writes the index.
  ///
  /// - Parameter name: the name of a chromosome by its number.
  /// - Returns: the file's checksum.
  /// - Throws: `OutputError`.
  mutating func write(
    to path: String, name: (Int) -> String
  ) throws(OutputError) -> FileChecksum {
    Self.sort(&genes)
    for entry in genes {
      var entry = entry
      entry.position = entry.position << UInt32(geneBits) + 1
      variants.append(entry)
    }
    // Two genes may share a hash; a variant and a gene may too.
    Self.sort(&variants)
    let names = chromosomes.flatMap { chromosome -> [UInt8] in Array(name(chromosome).utf8) + [0] }
    let head = PairIndexHead(
      entries: variants.count, chromosomes: chromosomes.count, nameBytes: names.count,
      geneBits: filesGenes ? geneBits : 0)
    let file = try ChecksummedFile(path: path)
    try file.write(head.encoded)
    // Safe: an entry is 16 bytes without gaps; the processors there are have little-endian numbers.
    let written: Result<Void, OutputError> = variants.withUnsafeBytes { bytes in
      do throws(OutputError) { return .success(try file.write(bytes)) } catch {
        return .failure(error)
      }
    }
    try written.get()
    try file.write(names)
    try file.finish()
    return file.checksum
  }
}
