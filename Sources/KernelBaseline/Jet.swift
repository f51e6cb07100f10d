import KernelInterface

/// A function of the chart's coordinates at one point of every lane: value, gradient, Hessian.
struct Jet {
  var value: Packet
  var g1: Packet
  var g2: Packet
  var g3: Packet
  var h11: Packet
  var h12: Packet
  var h13: Packet
  var h22: Packet
  var h23: Packet
  var h33: Packet

  /// A polynomial at 0, from its derivatives there.
  @inline(__always)
  init(origin c: UnsafePointer<Packet>) {
    value = c[0]
    g1 = c[1]
    g2 = c[2]
    g3 = c[3]
    h11 = c[4]
    h12 = c[5]
    h13 = c[6]
    h22 = c[7]
    h23 = c[8]
    h33 = c[9]
  }

  /// 1 / f.
  @inline(__always)
  var reciprocal: Jet {
    var jet = self
    let inverse = 1 / value
    jet.value = inverse
    jet.g1 = -(g1 * inverse * inverse)
    jet.g2 = -(g2 * inverse * inverse)
    jet.g3 = -(g3 * inverse * inverse)
    // (1/f)_ab = −f_ab/f² + 2 f_a f_b/f³.
    @inline(__always)
    func second(_ h: Packet, _ a: Packet, _ b: Packet) -> Packet {
      (2 * a * b * inverse - h) * inverse * inverse
    }
    jet.h11 = second(h11, g1, g1)
    jet.h12 = second(h12, g1, g2)
    jet.h13 = second(h13, g1, g3)
    jet.h22 = second(h22, g2, g2)
    jet.h23 = second(h23, g2, g3)
    jet.h33 = second(h33, g3, g3)
    return jet
  }

  /// A polynomial of order 2 or 3 from its derivatives at 0.
  ///
  /// With A the Hessian at 0 and T the third derivatives, H = A + Tx, the gradient is
  /// b + ½(A + H)x and the value c + x'(b + ⅙(2A + H)x).
  @inline(__always)
  init(
    _ c: UnsafePointer<Packet>, isCubic: Bool, _ x1: Packet, _ x2: Packet, _ x3: Packet
  ) {
    h11 = c[4]
    h12 = c[5]
    h13 = c[6]
    h22 = c[7]
    h23 = c[8]
    h33 = c[9]
    if isCubic {
      h11.accumulate(c[10], x1)
      h11.accumulate(c[11], x2)
      h11.accumulate(c[12], x3)
      h12.accumulate(c[11], x1)
      h12.accumulate(c[13], x2)
      h12.accumulate(c[14], x3)
      h13.accumulate(c[12], x1)
      h13.accumulate(c[14], x2)
      h13.accumulate(c[15], x3)
      h22.accumulate(c[13], x1)
      h22.accumulate(c[16], x2)
      h22.accumulate(c[17], x3)
      h23.accumulate(c[14], x1)
      h23.accumulate(c[17], x2)
      h23.accumulate(c[18], x3)
      h33.accumulate(c[15], x1)
      h33.accumulate(c[18], x2)
      h33.accumulate(c[19], x3)
    }
    // y = Ax and z = Hx.
    let y1 = Packet.fused(c[4], x1, Packet.fused(c[5], x2, c[6] * x3))
    let y2 = Packet.fused(c[5], x1, Packet.fused(c[7], x2, c[8] * x3))
    let y3 = Packet.fused(c[6], x1, Packet.fused(c[8], x2, c[9] * x3))
    let z1 = Packet.fused(h11, x1, Packet.fused(h12, x2, h13 * x3))
    let z2 = Packet.fused(h12, x1, Packet.fused(h22, x2, h23 * x3))
    let z3 = Packet.fused(h13, x1, Packet.fused(h23, x2, h33 * x3))
    let half = Packet(0.5)
    g1 = Packet.fused(half, y1 + z1, c[1])
    g2 = Packet.fused(half, y2 + z2, c[2])
    g3 = Packet.fused(half, y3 + z3, c[3])
    let third = Packet(1.0 / 3)
    let sixth = Packet(1.0 / 6)
    let w1 = Packet.fused(third, y1, Packet.fused(sixth, z1, c[1]))
    let w2 = Packet.fused(third, y2, Packet.fused(sixth, z2, c[2]))
    let w3 = Packet.fused(third, y3, Packet.fused(sixth, z3, c[3]))
    value = Packet.fused(w1, x1, Packet.fused(w2, x2, Packet.fused(w3, x3, c[0])))
  }

  /// A polynomial of order 4 from its derivatives at 0 (the same in all lanes).
  ///
  /// With U the fourth derivatives and P = Ux: H = A + (T + ½P)x, the gradient is
  /// b + Ax + ½(T + ⅓P)xx and the value c + x'(b + ½Ax + ⅙(T + ¼P)xx).
  @inline(__always)
  init(quartic c: UnsafePointer<Packet>, _ x1: Packet, _ x2: Packet, _ x3: Packet) {
    @inline(__always)
    func contracted(_ a: Int, _ b: Int, _ d: Int) -> Packet {
      Packet.fused(
        c[a], x1,
        Packet.fused(c[b], x2, c[d] * x3))
    }
    // P by third-order index: 111, 112, 113, 122, 123, 133, 222, 223, 233, 333.
    let p111 = contracted(20, 21, 22)
    let p112 = contracted(21, 23, 24)
    let p113 = contracted(22, 24, 25)
    let p122 = contracted(23, 26, 27)
    let p123 = contracted(24, 27, 28)
    let p133 = contracted(25, 28, 29)
    let p222 = contracted(26, 30, 31)
    let p223 = contracted(27, 31, 32)
    let p233 = contracted(28, 32, 33)
    let p333 = contracted(29, 33, 34)
    // Tx and Px, 11, 12, 13, 22, 23, 33.
    let t11 = contracted(10, 11, 12)
    let t12 = contracted(11, 13, 14)
    let t13 = contracted(12, 14, 15)
    let t22 = contracted(13, 16, 17)
    let t23 = contracted(14, 17, 18)
    let t33 = contracted(15, 18, 19)
    let u11 = Packet.fused(p111, x1, Packet.fused(p112, x2, p113 * x3))
    let u12 = Packet.fused(p112, x1, Packet.fused(p122, x2, p123 * x3))
    let u13 = Packet.fused(p113, x1, Packet.fused(p123, x2, p133 * x3))
    let u22 = Packet.fused(p122, x1, Packet.fused(p222, x2, p223 * x3))
    let u23 = Packet.fused(p123, x1, Packet.fused(p223, x2, p233 * x3))
    let u33 = Packet.fused(p133, x1, Packet.fused(p233, x2, p333 * x3))
    let half = Packet(0.5)
    h11 = Packet.fused(half, u11, t11 + c[4])
    h12 = Packet.fused(half, u12, t12 + c[5])
    h13 = Packet.fused(half, u13, t13 + c[6])
    h22 = Packet.fused(half, u22, t22 + c[7])
    h23 = Packet.fused(half, u23, t23 + c[8])
    h33 = Packet.fused(half, u33, t33 + c[9])
    let y1 = contracted(4, 5, 6)
    let y2 = contracted(5, 7, 8)
    let y3 = contracted(6, 8, 9)
    let v1 = Packet.fused(t11, x1, Packet.fused(t12, x2, t13 * x3))
    let v2 = Packet.fused(t12, x1, Packet.fused(t22, x2, t23 * x3))
    let v3 = Packet.fused(t13, x1, Packet.fused(t23, x2, t33 * x3))
    let w1 = Packet.fused(u11, x1, Packet.fused(u12, x2, u13 * x3))
    let w2 = Packet.fused(u12, x1, Packet.fused(u22, x2, u23 * x3))
    let w3 = Packet.fused(u13, x1, Packet.fused(u23, x2, u33 * x3))
    let sixth = Packet(1.0 / 6)
    let b1 = c[1]
    let b2 = c[2]
    let b3 = c[3]
    g1 = b1 + Packet.fused(half, v1, Packet.fused(sixth, w1, y1))
    g2 = b2 + Packet.fused(half, v2, Packet.fused(sixth, w2, y2))
    g3 = b3 + Packet.fused(half, v3, Packet.fused(sixth, w3, y3))
    let fraction = Packet(1.0 / 24)
    let s1 = Packet.fused(half, y1, Packet.fused(sixth, v1, Packet.fused(fraction, w1, b1)))
    let s2 = Packet.fused(half, y2, Packet.fused(sixth, v2, Packet.fused(fraction, w2, b2)))
    let s3 = Packet.fused(half, y3, Packet.fused(sixth, v3, Packet.fused(fraction, w3, b3)))
    value = Packet.fused(
      s1, x1, Packet.fused(s2, x2, Packet.fused(s3, x3, c[0])))
  }
}
