import KernelInterface

#if KERNEL_AVX512
  /// One register of floats.
  typealias FloatLanes = SIMD16<Float>
#else
  /// One register of floats (two with SSE2).
  typealias FloatLanes = SIMD8<Float>
#endif

extension FloatLanes {
  /// self += a·b, rounded once.
  ///
  /// Without an instruction for it the sum goes through doubles, which hold the product exactly: a
  /// product rounded by itself would set this copy's results apart from the others' in single
  /// precision.
  @inline(__always)
  mutating func accumulate(_ a: Self, _ b: Self) {
    #if FUSED
      addProduct(a, b)
    #else
      let product = SIMD8<Double>(a) * SIMD8<Double>(b)
      self = SIMD8<Float>(SIMD8<Double>(self) + product)
    #endif
  }
}

extension Kernel {
  /// out = left × right in single precision; rows of `out` are `right`'s row stride apart.
  ///
  /// Every column is summed in the order of the inner index by itself, so that a variant's numbers
  /// do not depend on its place in a block or on the block's size, as a library's may.
  ///
  /// - Parameters:
  ///   - left: rows × inner, row-major.
  ///   - right: inner × columns, row-major, `stride` floats from row to row.
  ///   - columns: a multiple of 32.
  package static func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>,
    rows: Int, inner: Int, columns: Int, stride: Int
  ) {
    let width = 2 &* FloatLanes.scalarCount
    var row = 0
    // 20 = 6 + 6 + 4 + 4 and 10 = 6 + 4: no row is left over where twos would be.
    while row &+ 6 <= rows, rows &- row != 8 {
      var column = 0
      while column < columns {
        tile6(
          left + row &* inner, right + column, out + (row &* stride &+ column), inner: inner,
          stride: stride)
        column &+= width
      }
      row &+= 6
    }
    // Four rows and two still hide most of the latency of their sums; single rows do not.
    while row &+ 4 <= rows {
      var column = 0
      while column < columns {
        tile4(
          left + row &* inner, right + column, out + (row &* stride &+ column), inner: inner,
          stride: stride)
        column &+= width
      }
      row &+= 4
    }
    while row &+ 2 <= rows {
      var column = 0
      while column < columns {
        tile2(
          left + row &* inner, right + column, out + (row &* stride &+ column), inner: inner,
          stride: stride)
        column &+= width
      }
      row &+= 2
    }
    while row < rows {
      var column = 0
      while column < columns {
        tile1(
          left + row &* inner, right + column, out + (row &* stride &+ column), inner: inner,
          stride: stride)
        column &+= width
      }
      row &+= 1
    }
  }

  @inline(__always)
  private static func load(_ at: UnsafePointer<Float>) -> FloatLanes {
    UnsafeRawPointer(at).loadUnaligned(as: FloatLanes.self)
  }

  @inline(__always)
  private static func store(_ value: FloatLanes, _ at: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(at).storeBytes(of: value, as: FloatLanes.self)
  }

  /// Six rows by two registers of columns: twelve sums stay in registers on every instruction set.
  @inline(__always)
  private static func tile6(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    inner: Int, stride: Int
  ) {
    let n = FloatLanes.scalarCount
    var a0 = FloatLanes.zero, a1 = FloatLanes.zero, a2 = FloatLanes.zero
    var a3 = FloatLanes.zero, a4 = FloatLanes.zero, a5 = FloatLanes.zero
    var b0 = FloatLanes.zero, b1 = FloatLanes.zero, b2 = FloatLanes.zero
    var b3 = FloatLanes.zero, b4 = FloatLanes.zero, b5 = FloatLanes.zero
    var at = right
    var k = 0
    while k < inner {
      let x = load(at)
      let y = load(at + n)
      at += stride
      let l = left + k
      let w0 = FloatLanes(repeating: l[0])
      a0.accumulate(w0, x)
      b0.accumulate(w0, y)
      let w1 = FloatLanes(repeating: l[inner])
      a1.accumulate(w1, x)
      b1.accumulate(w1, y)
      let w2 = FloatLanes(repeating: l[2 &* inner])
      a2.accumulate(w2, x)
      b2.accumulate(w2, y)
      let w3 = FloatLanes(repeating: l[3 &* inner])
      a3.accumulate(w3, x)
      b3.accumulate(w3, y)
      let w4 = FloatLanes(repeating: l[4 &* inner])
      a4.accumulate(w4, x)
      b4.accumulate(w4, y)
      let w5 = FloatLanes(repeating: l[5 &* inner])
      a5.accumulate(w5, x)
      b5.accumulate(w5, y)
      k &+= 1
    }
    store(a0, out)
    store(b0, out + n)
    store(a1, out + stride)
    store(b1, out + (stride &+ n))
    store(a2, out + 2 &* stride)
    store(b2, out + (2 &* stride &+ n))
    store(a3, out + 3 &* stride)
    store(b3, out + (3 &* stride &+ n))
    store(a4, out + 4 &* stride)
    store(b4, out + (4 &* stride &+ n))
    store(a5, out + 5 &* stride)
    store(b5, out + (5 &* stride &+ n))
  }

  @inline(__always)
  private static func tile4(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    inner: Int, stride: Int
  ) {
    let n = FloatLanes.scalarCount
    var a0 = FloatLanes.zero, a1 = FloatLanes.zero, a2 = FloatLanes.zero, a3 = FloatLanes.zero
    var b0 = FloatLanes.zero, b1 = FloatLanes.zero, b2 = FloatLanes.zero, b3 = FloatLanes.zero
    var at = right
    var k = 0
    while k < inner {
      let x = load(at)
      let y = load(at + n)
      at += stride
      let l = left + k
      let w0 = FloatLanes(repeating: l[0])
      a0.accumulate(w0, x)
      b0.accumulate(w0, y)
      let w1 = FloatLanes(repeating: l[inner])
      a1.accumulate(w1, x)
      b1.accumulate(w1, y)
      let w2 = FloatLanes(repeating: l[2 &* inner])
      a2.accumulate(w2, x)
      b2.accumulate(w2, y)
      let w3 = FloatLanes(repeating: l[3 &* inner])
      a3.accumulate(w3, x)
      b3.accumulate(w3, y)
      k &+= 1
    }
    store(a0, out)
    store(b0, out + n)
    store(a1, out + stride)
    store(b1, out + (stride &+ n))
    store(a2, out + 2 &* stride)
    store(b2, out + (2 &* stride &+ n))
    store(a3, out + 3 &* stride)
    store(b3, out + (3 &* stride &+ n))
  }

  /// Two rows; even and odd terms are summed apart, since four sums would wait for each other.
  @inline(__always)
  private static func tile2(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    inner: Int, stride: Int
  ) {
    let n = FloatLanes.scalarCount
    var a0 = FloatLanes.zero, a1 = FloatLanes.zero, b0 = FloatLanes.zero, b1 = FloatLanes.zero
    var c0 = FloatLanes.zero, c1 = FloatLanes.zero, d0 = FloatLanes.zero, d1 = FloatLanes.zero
    var at = right
    var k = 0
    while k &+ 1 < inner {
      let v0 = FloatLanes(repeating: left[k])
      let v1 = FloatLanes(repeating: left[inner &+ k])
      a0.accumulate(v0, load(at))
      b0.accumulate(v0, load(at + n))
      a1.accumulate(v1, load(at))
      b1.accumulate(v1, load(at + n))
      at += stride
      let w0 = FloatLanes(repeating: left[k &+ 1])
      let w1 = FloatLanes(repeating: left[inner &+ k &+ 1])
      c0.accumulate(w0, load(at))
      d0.accumulate(w0, load(at + n))
      c1.accumulate(w1, load(at))
      d1.accumulate(w1, load(at + n))
      at += stride
      k &+= 2
    }
    if k < inner {
      let v0 = FloatLanes(repeating: left[k])
      let v1 = FloatLanes(repeating: left[inner &+ k])
      a0.accumulate(v0, load(at))
      b0.accumulate(v0, load(at + n))
      a1.accumulate(v1, load(at))
      b1.accumulate(v1, load(at + n))
    }
    store(a0 + c0, out)
    store(b0 + d0, out + n)
    store(a1 + c1, out + stride)
    store(b1 + d1, out + (stride &+ n))
  }

  @inline(__always)
  private static func tile1(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    inner: Int, stride: Int
  ) {
    let n = FloatLanes.scalarCount
    var a = FloatLanes.zero, b = FloatLanes.zero
    var at = right
    var k = 0
    while k < inner {
      let w = FloatLanes(repeating: left[k])
      a.accumulate(w, load(at))
      b.accumulate(w, load(at + n))
      at += stride
      k &+= 1
    }
    store(a, out)
    store(b, out + n)
  }

  /// The 2 × 2 matrices Σ g² O − R̃R̃' of a block of variants at one point M.
  ///
  /// - Parameters:
  ///   - whitened: R̃, rows (2·p) × columns: first the p rows of genotype column 1, then of 2.
  ///   - plain: Σ g²O, 3 × columns (11, 12, 22), overwritten with the result.
  ///   - stride: floats from row to row of both.
  package static func subtractGram(
    _ whitened: UnsafePointer<Float>, from plain: UnsafeMutablePointer<Float>, fixed p: Int,
    columns: Int, stride: Int
  ) {
    var column = 0
    while column < columns {
      let one = whitened + column
      let two = whitened + (p &* stride &+ column)
      var s11 = FloatLanes.zero, s12 = FloatLanes.zero, s22 = FloatLanes.zero
      var j = 0
      while j < p {
        let a = load(one + j &* stride)
        let b = load(two + j &* stride)
        s11.accumulate(a, a)
        s12.accumulate(a, b)
        s22.accumulate(b, b)
        j &+= 1
      }
      let out = plain + column
      store(load(out) - s11, out)
      store(load(out + stride) - s12, out + stride)
      store(load(out + 2 &* stride) - s22, out + 2 &* stride)
      column &+= FloatLanes.scalarCount
    }
  }
}
