import Glibc

extension Double {
  /// The natural logarithm.
  @inlinable package static func log(_ x: Double) -> Double { Glibc.log(x) }
}

extension Double {
  /// The cosine of an angle in radians.
  @inlinable package static func cosine(_ x: Double) -> Double { Glibc.cos(x) }

  /// The sine of an angle in radians.
  @inlinable package static func sine(_ x: Double) -> Double { Glibc.sin(x) }
}
