/// Fits the pairs of one gene, variant by variant.
///
/// One kernel serves one gene on one worker; faster kernels stand behind the same requirement and
/// are held to the exact one.
package protocol InteractionKernel: AnyObject {
  /// Fits the gene's model with one variant in it.
  ///
  /// - Parameter dosages: one per donor in the design's donor order, none missing.
  func fit(dosages: UnsafePointer<Double>) -> PairFit
}
