import KernelInterface

extension Kernel {
  /// Takes the products of whitened polynomials off the forms of a block of variants.
  package static func subtractProducts(_ problem: UnsafePointer<WhitenedForms>) {
    var column = 0
    while column < problem.pointee.columns {
      WhitenedProducts(problem: problem, column: column).subtract()
      column &+= FloatLanes.scalarCount
    }
  }
}

/// One register of variants of a block whose forms are completed.
private struct WhitenedProducts {
  let problem: UnsafePointer<WhitenedForms>
  let column: Int

  @inline(__always)
  func subtract() {
    let p = problem.pointee
    var plain11 = FloatLanes.zero, plain22 = FloatLanes.zero
    var gamma = 0
    while gamma < p.productCount {
      let (s11, s12, s22) = products(of: gamma)
      let factorial = FloatLanes(repeating: -p.factorials[gamma])
      let out = p.forms + (3 &* gamma &* p.stride &+ column)
      var q11 = FloatLanes.zero, q12 = FloatLanes.zero, q22 = FloatLanes.zero
      if gamma < p.coefficientCount {
        q11 = Self.load(out)
        q12 = Self.load(out + p.stride)
        q22 = Self.load(out + 2 &* p.stride)
      }
      if gamma == 0 {
        plain11 = q11
        plain22 = q22
      }
      q11.accumulate(factorial, s11)
      q12.accumulate(factorial, s12)
      q22.accumulate(factorial, s22)
      Self.store(q11, out)
      Self.store(q12, out + p.stride)
      Self.store(q22, out + 2 &* p.stride)
      if gamma == 0 {
        let first = q11 / plain11
        let second = q22 / plain22
        Self.store(first.replacing(with: second, where: second .< first), p.shares + column)
      }
      gamma &+= 1
    }
  }

  /// Σ_{α+β=γ} (R^α)'R^β: 11, 12, 22.
  @inline(__always)
  private func products(of gamma: Int) -> (FloatLanes, FloatLanes, FloatLanes) {
    let p = problem.pointee
    let rows = 2 &* p.fixedCount &* p.stride
    var s11 = FloatLanes.zero, s12 = FloatLanes.zero, s22 = FloatLanes.zero
    var even11 = FloatLanes.zero, even12 = FloatLanes.zero, even22 = FloatLanes.zero
    var pair = Int(p.starts[gamma])
    while pair < Int(p.starts[gamma &+ 1]) {
      let alpha = Int(p.pairs[2 &* pair])
      let beta = Int(p.pairs[2 &* pair &+ 1])
      var a = p.whitened + (alpha &* rows &+ column)
      var b = p.whitened + (beta &* rows &+ column)
      let half = p.fixedCount &* p.stride
      var j = 0
      if alpha == beta {
        while j < p.fixedCount {
          let x = Self.load(a)
          let y = Self.load(a + half)
          even11.accumulate(x, x)
          even12.accumulate(x, y)
          even22.accumulate(y, y)
          a += p.stride
          j &+= 1
        }
      } else {
        // (R^α)'R^β and its transpose, which the sum holds too.
        while j < p.fixedCount {
          let x = Self.load(a)
          let y = Self.load(a + half)
          let z = Self.load(b)
          let w = Self.load(b + half)
          s11.accumulate(x, z)
          s12.accumulate(x, w)
          s12.accumulate(z, y)
          s22.accumulate(y, w)
          a += p.stride
          b += p.stride
          j &+= 1
        }
      }
      pair &+= 1
    }
    return (even11 + s11 + s11, even12 + s12, even22 + s22 + s22)
  }

  @inline(__always)
  private static func load(_ at: UnsafePointer<Float>) -> FloatLanes {
    UnsafeRawPointer(at).loadUnaligned(as: FloatLanes.self)
  }

  @inline(__always)
  private static func store(_ value: FloatLanes, _ at: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(at).storeBytes(of: value, as: FloatLanes.self)
  }
}
