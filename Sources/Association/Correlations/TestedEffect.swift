import MixedModels

/// Which effect of a variant is meant where there can be only one.
package enum TestedEffect: String, Sendable, CaseIterable {
  /// Genotype × time.
  case interaction = "gi"
  /// Genotype at the time centre.
  case genotype = "g"

  /// Its column among those that genotype multiplies; nil where the model has none, or several.
  func column(_ columns: InteractionColumns) -> Int? {
    switch self {
    case .interaction: columns.tested.count == 1 ? columns.interaction : nil
    case .genotype: columns.genotype
    }
  }
}
