/// A program, or a catalogue, that takes results.
package enum ExportFormat: String, Sendable, CaseIterable {
  case coloc, susie, mashr
  case catalogue = "eqtl-catalogue"
  case fastenloc, tensorqtl

  /// Whether it is wrong where rows of larger p-values were not written.
  var needsEveryRow: Bool {
    switch self {
    case .coloc, .susie, .mashr, .fastenloc: true
    case .catalogue, .tensorqtl: false
    }
  }

  /// Whether it takes one effect a pair.
  package var takesOneEffect: Bool { self != .mashr }

  /// Whether a gene's variants are weighed against each other, by numbers that are those of Gaussian
  /// expression.
  var weighsVariants: Bool {
    switch self {
    case .coloc, .susie, .fastenloc: true
    case .mashr, .catalogue, .tensorqtl: false
    }
  }

  /// Whether `--out` is a folder.
  package var isFolder: Bool { self == .susie || self == .mashr }
}
