/// How a genetic effect moves over the time course.
enum EffectPattern: String, Sendable {
  /// Larger at the first time than at the last.
  case early
  /// Larger at the last time than at the first.
  case late
  /// Of opposite signs at the two.
  case `switch`

  /// From the effects of an allele at the first and the last time; nil where one is missing.
  init?(first: Double, last: Double) {
    guard !first.isNaN, !last.isNaN else { return nil }
    if first * last < 0 {
      self = .switch
    } else {
      self = abs(first) >= abs(last) ? .early : .late
    }
  }
}
