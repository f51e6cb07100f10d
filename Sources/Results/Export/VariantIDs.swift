import Association

/// Ids that several variants of a gene share: programs want one id a variant.
///
/// Such a variant is named `id_POS_REF_ALT`, in every export alike.
struct VariantIDs {
  private var shared: [String: Set<String>] = [:]
  /// Hashes of the ids met so far; one that two ids share lengthens a name at worst.
  private var seen: [String: Set<UInt64>] = [:]
  private var chromosome = ""
  private let isTrans: Bool

  /// - Parameter isTrans: whether a gene's rows lie on several chromosomes; else the ids of one are
  ///   forgotten behind it.
  init(isTrans: Bool) { self.isTrans = isTrans }

  /// Takes up the next row of a table.
  mutating func add(gene: String, chromosome: String, id: String) {
    if !isTrans, chromosome != self.chromosome {
      seen = [:]
      self.chromosome = chromosome
    }
    // Swift's own hash differs from run to run.
    let hash = Array(id.utf8).withUnsafeBytes { PairIndex.hash(.variant, $0) }
    if !seen[gene, default: []].insert(hash).inserted {
      shared[gene, default: []].insert(id)
    }
  }

  /// The id of a gene's variant, with position and alleles where another of its variants has the id.
  func name(_ variant: VariantName, of gene: String) -> String {
    guard let ids = shared[gene], ids.contains(variant.id) else { return variant.id }
    return "\(variant.id)_\(variant.position)_\(variant.reference)_\(variant.alternate)"
  }

  var notes: [String] {
    let ids = shared.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    guard let first = ids.min() else { return [] }
    return [
      "\(ids.count) ids that several variants of a gene share have position and alleles behind them, "
        + "such as \(first)_POS_REF_ALT"
    ]
  }
}
