import KernelInterface

/// The products of triangles behind B_a = VK_aV', for one part of the lanes.
///
/// Rows are taken in pairs: a pair holds, by column, the two entries of V followed by those of the
/// three U_a, so that an inner loop reads one or two streams. Pair r has the columns 0…2r + 1, with
/// zeros above the diagonal and in the row that makes an odd order even.
struct Triangles {
  private let evaluation: CriterionEvaluation
  private let part: Int
  private let pairs: UnsafeMutablePointer<Part>
  private let count: Int

  init(_ evaluation: CriterionEvaluation, part: Int) {
    self.evaluation = evaluation
    self.part = part
    count = evaluation.s / 2
    // Safe: `whitened` holds 8 parts for each of the (s/2)(s/2 + 1) columns of the pairs.
    pairs = UnsafeMutableRawPointer(evaluation.c.pointee.whitened)
      .assumingMemoryBound(to: Part.self)
  }

  @inline(__always)
  private func pair(_ r: Int) -> UnsafeMutablePointer<Part> { pairs + 8 &* r &* (r &+ 1) }

  /// V, and U_a with K_a = U_a + U_a': the lower triangle with half the diagonal.
  func load() {
    let m = evaluation.m
    let v = PartPointer(evaluation.c.pointee.inverse, part: part)
    let slopes = PartPointer(evaluation.c.pointee.slopes, part: part)
    let second = slopes + evaluation.packed
    let third = second + evaluation.packed
    let half = Part(repeating: 0.5)
    for i in 0..<evaluation.s {
      var to = pair(i / 2) + (i & 1)
      let at = i &* (i &+ 1) / 2
      let known = i < m ? i : 0
      var j = 0
      while j < known {
        to[0] = v[i &* evaluation.s &+ j]
        to[2] = slopes[at &+ j]
        to[4] = second[at &+ j]
        to[6] = third[at &+ j]
        to += 8
        j &+= 1
      }
      if i < m {
        to[0] = v[i &* evaluation.s &+ i]
        to[2] = half * slopes[at &+ i]
        to[4] = half * second[at &+ i]
        to[6] = half * third[at &+ i]
        to += 8
        j &+= 1
      }
      while j <= i | 1 {
        to[0] = .zero
        to[2] = .zero
        to[4] = .zero
        to[6] = .zero
        to += 8
        j &+= 1
      }
    }
  }

  /// U_a ← VU_a, from the last rows up, in blocks of 2 × 2 entries.
  ///
  /// Every entry has one sum for even columns of V and one for odd: eight sums hide the latency of
  /// a multiplication, and fit in the registers of every instruction set with what they are made of.
  func multiply(derivative: Int) {
    let u = 2 &* (derivative &+ 1)
    var r = count &- 1
    while r >= 0 {
      let row = pair(r)
      var column = 0
      while column <= r {
        var e00 = Part.zero, e01 = Part.zero, e10 = Part.zero, e11 = Part.zero
        var o00 = Part.zero, o01 = Part.zero, o10 = Part.zero, o11 = Part.zero
        var q = column
        var left = UnsafePointer(row + 16 &* column)
        while q <= r {
          let right = UnsafePointer(pair(q) + (16 &* column &+ u))
          e00.accumulate(left[0], right[0])
          e01.accumulate(left[0], right[8])
          e10.accumulate(left[1], right[0])
          e11.accumulate(left[1], right[8])
          o00.accumulate(left[8], right[1])
          o01.accumulate(left[8], right[9])
          o10.accumulate(left[9], right[1])
          o11.accumulate(left[9], right[9])
          left += 16
          q &+= 1
        }
        let to = row + (16 &* column &+ u)
        to[0] = e00 + o00
        to[1] = e10 + o10
        to[8] = e01 + o01
        to[9] = e11 + o11
        column &+= 1
      }
      r &-= 1
    }
  }

  /// B_a = (VU_a)V' + V(VU_a)' into `squares`: 12 by block of 2 × 2 entries, the last three above
  /// the diagonal where the block is on it.
  func whiten(derivative: Int) {
    let u = 2 &* (derivative &+ 1)
    var out = PartPointer(evaluation.c.pointee.squares, part: part) + derivative
    for r in 0..<count {
      for column in 0...r {
        var x00 = Part.zero, x01 = Part.zero, x10 = Part.zero, x11 = Part.zero
        var y00 = Part.zero, y01 = Part.zero, y10 = Part.zero, y11 = Part.zero
        var left = UnsafePointer(pair(r))
        var right = UnsafePointer(pair(column))
        let end = right + 16 &* (column &+ 1)
        while right < end {
          x00.accumulate(left[u], right[0])
          x01.accumulate(left[u], right[1])
          x10.accumulate(left[u &+ 1], right[0])
          x11.accumulate(left[u &+ 1], right[1])
          y00.accumulate(left[0], right[u])
          y01.accumulate(left[0], right[u &+ 1])
          y10.accumulate(left[1], right[u])
          y11.accumulate(left[1], right[u &+ 1])
          left += 8
          right += 8
        }
        out[0] = x00 + y00
        out[3] = x11 + y11
        out[6] = x10 + y10
        out[9] = x01 + y01
        out = out + 12
      }
    }
  }
}
