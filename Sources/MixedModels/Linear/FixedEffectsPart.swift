import LinearAlgebra

/// The fixed part of a model as fitted: what questions about its coefficients are asked of.
struct FixedEffectsPart: Sendable {
  let formula: Formula
  /// The data, with what the columns took from them.
  let frame: ModelFrame
  /// Of the columns.
  let basis: OrthonormalBasis
  /// 0 without an offset.
  let meanOffset: Double
}
