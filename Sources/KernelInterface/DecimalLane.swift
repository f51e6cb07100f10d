/// How `VectorKernel.decimalDigits` tells exponents.
package enum DecimalLane {
  /// What is added to exponents to keep them above 0.
  package static let exponentBias = 400
  /// The most significant digits that one word holds.
  package static let maximumDigits = 8
}
