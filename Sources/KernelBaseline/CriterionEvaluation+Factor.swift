import KernelInterface

extension CriterionEvaluation {
  /// L; where H is positive definite to working precision.
  func factorise() -> SIMDMask<SIMD8<Int64>> {
    let h = UnsafePointer(c.pointee.products)
    let factor = c.pointee.factor
    let inverses = c.pointee.columns
    let one = Lanes(repeating: 1)
    var isDefined = SIMDMask<SIMD8<Int64>>(repeating: true)
    var smallest = one
    for j in 0..<t {
      let rowJ = factor + j &* (j &+ 1) / 2
      let scale = h[j &* (j &+ 3) / 2]
      var diagonal = scale
      var q = 0
      while q < j {
        diagonal.reduce(rowJ[q], rowJ[q])
        q &+= 1
      }
      // A pivot this small is rounding: the column is a combination of those before it.
      isDefined = isDefined .& (diagonal .> 1e-12 * scale)
      if j >= p, j < m {
        let relative = diagonal / scale
        smallest.replace(with: relative, where: .!(relative .>= smallest))
      }
      let root = diagonal.squareRoot()
      let inverse = one / root
      rowJ[j] = root
      inverses[j] = inverse
      var i = j &+ 1
      while i &+ 3 < t {
        let r0 = i &* (i &+ 1) / 2
        let r1 = r0 &+ i &+ 1
        let r2 = r1 &+ i &+ 2
        let r3 = r2 &+ i &+ 3
        var x0 = h[r0 &+ j]
        var x1 = h[r1 &+ j]
        var x2 = h[r2 &+ j]
        var x3 = h[r3 &+ j]
        q = 0
        while q < j {
          let by = rowJ[q]
          x0.reduce(by, factor[r0 &+ q])
          x1.reduce(by, factor[r1 &+ q])
          x2.reduce(by, factor[r2 &+ q])
          x3.reduce(by, factor[r3 &+ q])
          q &+= 1
        }
        factor[r0 &+ j] = x0 * inverse
        factor[r1 &+ j] = x1 * inverse
        factor[r2 &+ j] = x2 * inverse
        factor[r3 &+ j] = x3 * inverse
        i &+= 4
      }
      while i < t {
        let r0 = i &* (i &+ 1) / 2
        var x0 = h[r0 &+ j]
        q = 0
        while q < j {
          x0.reduce(rowJ[q], factor[r0 &+ q])
          q &+= 1
        }
        factor[r0 &+ j] = x0 * inverse
        i &+= 1
      }
    }
    c.pointee.results[LaneResult.genotypePivot] = smallest
    let last = factor[packed &- 1]
    c.pointee.results[LaneResult.residualSquares] = last * last
    return isDefined
  }

  /// log|K| (REML) + ν log RSS.
  func logarithms() -> Lanes {
    var sum =
      Lanes(repeating: c.pointee.degreesOfFreedom)
      * logarithm(c.pointee.results[LaneResult.residualSquares])
    guard c.pointee.isRestricted else { return sum }
    // Four pivots to a logarithm: none is so small that their product could underflow.
    var product = Lanes(repeating: 1)
    for j in 0..<m {
      product *= c.pointee.factor[j &* (j &+ 3) / 2]
      if j & 3 == 3 || j == m - 1 {
        sum += 2 * logarithm(product)
        product = Lanes(repeating: 1)
      }
    }
    return sum
  }

  /// L⁻¹, row by row.
  func invert() {
    let factor = UnsafePointer(c.pointee.factor)
    let inverses = UnsafePointer(c.pointee.columns)
    let v = c.pointee.inverse
    for i in 0..<t {
      let row = factor + i &* (i &+ 1) / 2
      let to = i < m ? v + i &* s : c.pointee.residualRow
      let scale = -inverses[i]
      to[i] = inverses[i]
      var j = 0
      while j < i {
        // Columns j…j+3; those beyond the diagonal are zero above it and overwritten below.
        var x0 = Lanes.zero
        var x1 = Lanes.zero
        var x2 = Lanes.zero
        var x3 = Lanes.zero
        let width = min(4, i &- j)
        if width == 4 {
          var q = j
          while q < i {
            let by = row[q]
            let from = v + (q &* s &+ j)
            x0.accumulate(by, from[0])
            x1.accumulate(by, from[1])
            x2.accumulate(by, from[2])
            x3.accumulate(by, from[3])
            q &+= 1
          }
          to[j] = x0 * scale
          to[j &+ 1] = x1 * scale
          to[j &+ 2] = x2 * scale
          to[j &+ 3] = x3 * scale
        } else {
          for column in j..<i {
            x0 = .zero
            var q = column
            while q < i {
              x0.accumulate(row[q], v[q &* s &+ column])
              q &+= 1
            }
            to[column] = x0 * scale
          }
        }
        j &+= 4
      }
    }
  }

  /// Γ, doubled off the diagonal, from L⁻¹.
  func differentiate() {
    let to = c.pointee.adjoint
    let row = UnsafePointer(c.pointee.residualRow)
    let nu = Lanes(repeating: c.pointee.degreesOfFreedom)
    let two = Lanes(repeating: 2)
    var at = 0
    for i in 0..<t {
      let scaled = nu * row[i]
      for j in 0...i {
        let entry = scaled * row[j]
        to[at &+ j] = i == j ? entry : two * entry
      }
      at &+= i &+ 1
    }
    if c.pointee.isRestricted { addInverse() }
  }

  /// Adds K⁻¹ to the adjoint, doubled off the diagonal.
  func addInverse() {
    let to = c.pointee.adjoint
    let v = UnsafePointer(c.pointee.inverse)
    let two = Lanes(repeating: 2)
    var at = 0
    for i in 0..<m {
      var j = 0
      while j &+ 3 <= i {
        var x0 = Lanes.zero
        var x1 = Lanes.zero
        var x2 = Lanes.zero
        var x3 = Lanes.zero
        var q = i
        while q < m {
          let by = v[q &* s &+ i]
          let from = v + (q &* s &+ j)
          x0.accumulate(by, from[0])
          x1.accumulate(by, from[1])
          x2.accumulate(by, from[2])
          x3.accumulate(by, from[3])
          q &+= 1
        }
        to[at &+ j].accumulate(two, x0)
        to[at &+ j &+ 1].accumulate(two, x1)
        to[at &+ j &+ 2].accumulate(two, x2)
        to[at &+ j &+ 3].accumulate(j &+ 3 == i ? Lanes(repeating: 1) : two, x3)
        j &+= 4
      }
      while j <= i {
        var x0 = Lanes.zero
        var q = i
        while q < m {
          x0.accumulate(v[q &* s &+ i], v[q &* s &+ j])
          q &+= 1
        }
        to[at &+ j].accumulate(j == i ? Lanes(repeating: 1) : two, x0)
        j &+= 1
      }
      at &+= i &+ 1
    }
  }
}
