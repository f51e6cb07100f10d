import Glibc

/// The logarithm of a sum of exponentials, term by term.
struct LogSum {
  private var largest = -Double.infinity
  private var sum = 0.0

  mutating func add(_ logarithm: Double) {
    // Equal infinities have no difference.
    if logarithm == largest {
      if largest > -.infinity { sum += 1 }
    } else if logarithm > largest {
      sum = sum * exp(largest - logarithm) + 1
      largest = logarithm
    } else {
      sum += exp(logarithm - largest)
    }
  }

  var logarithm: Double { largest + log(sum) }
}
