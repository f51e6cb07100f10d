/// Whether the values of a gene differ.
package enum GeneVariation: Sendable, Equatable {
  /// All are missing.
  case withoutValues
  /// All that are not missing are equal.
  case constant
  case varying

  /// - Parameter values: one per sample; NaN where missing.
  package init(_ values: [Double]) {
    guard let first = values.first(where: { !$0.isNaN }) else {
      self = .withoutValues
      return
    }
    self = values.allSatisfy { $0.isNaN || $0 == first } ? .constant : .varying
  }
}
