/// Which numbers are dosages.
///
/// Judged in single precision, so that a number means the same as text and as BCF's float.
enum DosageRange {
  /// Dosages this far outside the range are taken for rounding; the last term covers binary
  /// representation.
  private static let tolerance = 0.01 + 1e-9

  /// The dosage that `value` stands for, nil when it is out of range or not finite; `clamped` is
  /// raised when it lay a little outside 0…`maximum`.
  @inline(__always)
  static func dosage(_ value: Float, maximum: Int, clamped: inout Int) -> Float? {
    let upper = Float(maximum)
    // Adding zero turns a negative zero into zero.
    if value >= 0, value <= upper { return value + 0 }
    guard Double(value) >= -tolerance, Double(value) <= Double(upper) + tolerance else {
      return nil
    }
    clamped += 1
    return value < 0 ? 0 : upper
  }
}
