import MixedModels

/// The models of the genes in work, each fitted once by the first worker that needs it.
final class GeneModels: @unchecked Sendable {
  private final class Entry {
    let lock = Lock()
    var model: GeneModel?
  }

  private let lock = Lock()
  private var entries: [Int: Entry] = [:]
  private let fit: @Sendable (Int) -> GeneModel

  init(fit: @escaping @Sendable (Int) -> GeneModel) { self.fit = fit }

  /// The model of a gene, by its index in the cohort.
  func model(_ gene: Int) -> GeneModel {
    let entry = lock.withLock {
      let entry = entries[gene] ?? Entry()
      entries[gene] = entry
      return entry
    }
    return entry.lock.withLock {
      let model = entry.model ?? fit(gene)
      entry.model = model
      return model
    }
  }

  /// Lets a gene's model go.
  func remove(_ gene: Int) {
    lock.withLock { entries[gene] = nil }
  }
}
