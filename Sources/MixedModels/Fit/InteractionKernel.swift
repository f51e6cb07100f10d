/// Fits gene–variant pairs of one design, gene by gene for a variant at a time.
///
/// One kernel serves one worker; faster kernels stand behind the same requirements and are held to
/// the exact one.
package protocol InteractionKernel: AnyObject {
  /// Takes in the next variant.
  ///
  /// - Parameter dosages: one per donor in the design's donor order, none missing; copied.
  func load(dosages: UnsafePointer<Double>)

  /// Fits a gene's model with the variant last loaded.
  ///
  /// - Precondition: response and null fit belong to the kernel's design; the null fit did not
  ///   fail.
  func fit(response: ResponseCrossProducts, null: NullFit) -> PairFit
}
