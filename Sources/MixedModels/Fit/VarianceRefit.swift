/// Whether variance parameters are estimated again with every variant in the model.
public enum VarianceRefit: String, Sendable, CaseIterable {
  /// Every pair has its own optimum.
  case all
  /// Every pair uses its gene's null fit. Random effects have then absorbed part of the variant's
  /// effect: power is lost, and with few donors small p-values cannot be reached at all.
  case none
}
