/// Numbers that stand by columns of Z: Λ times them, by level, and their products by the entries of T.
extension SparseCriterion {
  /// Λu, one number a column of Z.
  func turned(_ u: [Double]) -> [Double] {
    var moved = u
    for run in pattern.runs {
      let q = pattern.factors[run.factor].columnCount
      let t = factorBase(run.factor)
      for level in 0..<run.count {
        let first = run.column + level * q
        for a in 0..<q {
          var sum = 0.0
          for b in 0..<q { sum += t[a * q + b] * u[first + b] }
          moved[first + a] = sum
        }
      }
    }
    return moved
  }

  /// What a term's levels have of numbers that stand by columns of Z: levels × q; 0 for a level without
  /// samples.
  func levels(ofTerm term: Int, _ values: [Double]) -> [Double] {
    let q = parameters.sizes[term]
    let place = pattern.factorOfTerm[term]
    var found = [Double](repeating: 0, count: design.terms[term].levelCount * q)
    for (level, at) in pattern.places[place.factor].enumerated() {
      guard let at else { continue }
      let first = column(at) + place.start
      for a in 0..<q { found[level * q + a] = values[first + a] }
    }
    return found
  }

  /// Σ over levels of (a u' + c v' + 2 sums) by the entries of every term's T.
  ///
  /// - Parameters:
  ///   - a, u, c, v: one number a column of Z.
  ///   - sums: by the entries of every factor's T.
  ///   - gradient: the entries of all T first.
  func addProducts(
    _ a: [Double], _ u: [Double], _ c: [Double], _ v: [Double], _ sums: [Double],
    into gradient: inout [Double]
  ) {
    var products = sums.map { 2 * $0 }
    for run in pattern.runs {
      let q = pattern.factors[run.factor].columnCount
      let start = factorStarts[run.factor]
      for level in 0..<run.count {
        let first = run.column + level * q
        for r in 0..<q {
          for s in 0..<q {
            products[start + r * q + s] +=
              a[first + r] * u[first + s] + c[first + r] * v[first + s]
          }
        }
      }
    }
    for (term, place) in pattern.factorOfTerm.enumerated() {
      let q = pattern.factors[place.factor].columnCount
      let size = parameters.sizes[term]
      for r in 0..<size {
        for s in 0..<size {
          gradient[parameters.offsets[term] + r * size + s] +=
            products[factorStarts[place.factor] + (place.start + r) * q + place.start + s]
        }
      }
    }
  }
}
