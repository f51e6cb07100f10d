import Glibc

extension Double {
  /// The natural logarithm.
  @inlinable package static func log(_ x: Double) -> Double { Glibc.log(x) }
}
