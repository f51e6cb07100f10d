/// How a gene's p-value is made of those of its pairs.
package enum GenePValueMethod: Sendable, Equatable {
  /// The Cauchy combination.
  case acat
  /// The smallest p-value times the effective number of tests (eigenMT).
  case effectiveTests
  /// Responses drawn from the gene's null model.
  case bootstrap(replicates: Int)
  /// Donors' genotypes permuted.
  case permutation(replicates: Int)

  /// Replicates where none are asked for.
  package static let defaultReplicates = 1000
  /// The fewest that a distribution can be fitted to.
  package static let fewestReplicates = 20

  /// As the option has it: `acat`, `emt`, `bootstrap`, `bootstrap:500`.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var replicates = Self.defaultReplicates
    if parts.count == 2 {
      guard let count = Int(parts[1]), count >= Self.fewestReplicates, count <= 10_000_000 else {
        return nil
      }
      replicates = count
    }
    switch (parts.first, parts.count) {
    case ("acat", 1): self = .acat
    case ("emt", 1): self = .effectiveTests
    case ("bootstrap", 1...2): self = .bootstrap(replicates: replicates)
    case ("permutation", 1...2): self = .permutation(replicates: replicates)
    default: return nil
    }
  }

  /// Whether p-values of genes without an effect are uniform at their upper end too, from which the
  /// proportion of such genes is estimated.
  ///
  /// Cauchy combinations are not: p-values are capped before they are combined, so that those of genes
  /// without an effect end near 0.9, and an estimate that looks above finds hardly any.
  var isUniformUpToOne: Bool { self != .acat }

  /// The name without a number of replicates.
  package var name: String {
    switch self {
    case .acat: "acat"
    case .effectiveTests: "emt"
    case .bootstrap: "bootstrap"
    case .permutation: "permutation"
    }
  }

  /// As the option has it.
  package var text: String { replicates.map { "\(name):\($0)" } ?? name }

  /// Most replicates of a gene; nil where there are none.
  package var replicates: Int? {
    switch self {
    case .acat, .effectiveTests: nil
    case .bootstrap(let count), .permutation(let count): count
    }
  }

  /// Several methods with commas, each once; `none` is no method. nil where the text is something else.
  package static func list(_ text: String) -> [GenePValueMethod]? {
    if text == "none" { return [] }
    var methods: [GenePValueMethod] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let method = GenePValueMethod(part),
        !methods.contains(where: { $0.name == method.name })
      else { return nil }
      methods.append(method)
    }
    return methods
  }
}
