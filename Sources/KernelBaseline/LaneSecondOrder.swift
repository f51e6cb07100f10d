import KernelInterface

/// A scalar function of M in eight lanes: value, gradient and Hessian.
struct LaneSecondOrder {
  var value = Lanes.zero
  var g1 = Lanes.zero
  var g2 = Lanes.zero
  var g3 = Lanes.zero
  var h11 = Lanes.zero
  var h12 = Lanes.zero
  var h13 = Lanes.zero
  var h22 = Lanes.zero
  var h23 = Lanes.zero
  var h33 = Lanes.zero

  /// Adds `count` tr(E_a X) and `squared` tr(E_a X E_b X), X given by its entries.
  @inline(__always)
  mutating func addTraces(_ x1: Lanes, _ x2: Lanes, _ x3: Lanes, count: Lanes, squared: Lanes) {
    let two = Lanes(repeating: 2)
    g1.accumulate(count, x1)
    g2.accumulate(two * count, x2)
    g3.accumulate(count, x3)
    let q1 = squared * x1
    let q2 = squared * x2
    let q3 = squared * x3
    h11.accumulate(q1, x1)
    h12.accumulate(two * q1, x2)
    h13.accumulate(q2, x2)
    h22.accumulate(two, q2 * x2)
    h22.accumulate(two * q1, x3)
    h23.accumulate(two * q2, x3)
    h33.accumulate(q3, x3)
  }

  /// Adds scale · x_a x_b to the Hessian.
  @inline(__always)
  mutating func addSquares(_ x1: Lanes, _ x2: Lanes, _ x3: Lanes, scale: Lanes) {
    let q1 = scale * x1
    let q2 = scale * x2
    h11.accumulate(q1, x1)
    h12.accumulate(q1, x2)
    h13.accumulate(q1, x3)
    h22.accumulate(q2, x2)
    h23.accumulate(q2, x3)
    h33.accumulate(scale * x3, x3)
  }

  /// Adds x_a x_b to the Hessian.
  @inline(__always)
  mutating func addSquares(_ x1: Lanes, _ x2: Lanes, _ x3: Lanes) {
    h11.accumulate(x1, x1)
    h12.accumulate(x1, x2)
    h13.accumulate(x1, x3)
    h22.accumulate(x2, x2)
    h23.accumulate(x2, x3)
    h33.accumulate(x3, x3)
  }

  /// Adds x_a z_b + x_b z_a to the Hessian.
  @inline(__always)
  mutating func addProducts(
    _ x: (Lanes, Lanes, Lanes), _ z: (Lanes, Lanes, Lanes)
  ) {
    h11.accumulate(2 * x.0, z.0)
    h12.accumulate(x.0, z.1)
    h12.accumulate(x.1, z.0)
    h13.accumulate(x.0, z.2)
    h13.accumulate(x.2, z.0)
    h22.accumulate(2 * x.1, z.1)
    h23.accumulate(x.1, z.2)
    h23.accumulate(x.2, z.1)
    h33.accumulate(2 * x.2, z.2)
  }

  /// Turns the sign of every derivative.
  @inline(__always)
  mutating func negateDerivatives() {
    g1 = -g1
    g2 = -g2
    g3 = -g3
    h11 = -h11
    h12 = -h12
    h13 = -h13
    h22 = -h22
    h23 = -h23
    h33 = -h33
  }

  @inline(__always)
  func store(_ results: UnsafeMutablePointer<Lanes>) {
    results[LaneResult.value] = value
    results[LaneResult.gradient] = g1
    results[LaneResult.gradient + 1] = g2
    results[LaneResult.gradient + 2] = g3
    results[LaneResult.hessian] = h11
    results[LaneResult.hessian + 1] = h12
    results[LaneResult.hessian + 2] = h13
    results[LaneResult.hessian + 3] = h22
    results[LaneResult.hessian + 4] = h23
    results[LaneResult.hessian + 5] = h33
  }
}
