import COpenBLAS

/// The sum of products of two vectors.
///
/// - Precondition: both have the same length.
package func dotProduct(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) and \(b.count) values")
  return cblas_ddot(Int32(a.count), a, 1, b, 1)
}

/// sum += factor · vector.
///
/// - Precondition: both have the same length.
package func accumulate(_ factor: Double, _ vector: [Double], into sum: inout [Double]) {
  precondition(vector.count == sum.count, "\(vector.count) and \(sum.count) values")
  cblas_daxpy(Int32(sum.count), factor, vector, 1, &sum, 1)
}
