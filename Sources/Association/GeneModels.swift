import BlockGzip
import MixedModels
import Workers

/// The models of the genes in work, each fitted once by the first worker that needs it.
final class GeneModels: @unchecked Sendable {
  private final class Entry {
    let lock = Lock()
    var model: GeneModel?
  }

  private let lock = Lock()
  private var entries: [Int: Entry] = [:]
  private let fit: @Sendable (Int) throws(OutputError) -> GeneModel

  init(fit: @escaping @Sendable (Int) throws(OutputError) -> GeneModel) { self.fit = fit }

  /// The model of a gene, by its index in the expression file.
  ///
  /// - Throws: `OutputError` where its expression cannot be read back.
  func model(_ gene: Int) throws(OutputError) -> GeneModel {
    let entry = lock.withLock {
      let entry = entries[gene] ?? Entry()
      entries[gene] = entry
      return entry
    }
    return try entry.lock.withLock { () throws(OutputError) in
      if let model = entry.model { return model }
      let model = try fit(gene)
      entry.model = model
      return model
    }
  }

  /// Lets a gene's model go.
  func remove(_ gene: Int) {
    lock.withLock { entries[gene] = nil }
  }
}
