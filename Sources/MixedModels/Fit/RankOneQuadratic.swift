/// The minimiser of ½ x'Hx − c'x over the rank-one matrices M = r v(ψ) and M = 0, with
/// v = (1 + cos ψ, sin ψ, 1 − cos ψ)/2 in the coordinates 11, 12, 22.
///
/// For a given ψ the best r is (c·v)₊ / v'Hv with value −½ (c·v)₊² / v'Hv. A scan of directions finds
/// the right peak of that gain, a safeguarded Newton iteration on its stationarity, a polynomial in
/// the tangent of half the angle from the direction found, makes it exact.
struct RankOneQuadratic {
  let hessian: SymmetricMatrix3
  let linear: (Double, Double, Double)

  private typealias Coordinates = (Double, Double, Double)

  /// Cosines and sines of the first quadrant of 32 directions; the others are turned copies.
  private static let cosines = SIMD8(
    1, 0.980_785_280_403_230_4, 0.923_879_532_511_286_7, 0.831_469_612_302_545_2,
    0.707_106_781_186_547_5, 0.555_570_233_019_602_2, 0.382_683_432_365_089_8,
    0.195_090_322_016_128_3)
  private static let sines = SIMD8(
    0, 0.195_090_322_016_128_3, 0.382_683_432_365_089_8, 0.555_570_233_019_602_2,
    0.707_106_781_186_547_5, 0.831_469_612_302_545_2, 0.923_879_532_511_286_7,
    0.980_785_280_403_230_4)
  /// tan(π/32): half the angle between scanned directions.
  private static let halfWidth = 0.098_491_403_357_164_25

  /// The minimiser and the face it lies on.
  func minimiser() -> (point: SymmetricMatrix2, face: ConeFace) {
    if let (c, s) = bestScanned() { return peak(near: c, s) }
    // Where no scanned direction gains, the one along which c·v is largest may still gain.
    let x = linear.0 - linear.2
    let y = linear.1
    let length = (x * x + y * y).squareRoot()
    guard length > 0, linear.0 + linear.2 + length > 0 else { return (.zero, .zero) }
    return peak(near: x / length, y / length)
  }

  /// Cosine and sine of the scanned direction with the largest gain; nil where none gains.
  private func bestScanned() -> (Double, Double)? {
    let h = hessian
    // c·v and v'Hv as polynomials in cos ψ and sin ψ.
    let a = (
      0.5 * (linear.0 + linear.2), 0.5 * (linear.0 - linear.2), 0.5 * linear.1
    )
    let plain = 0.25 * (h.h11 + 2 * h.h13 + h.h33)
    let byCosine = 0.5 * (h.h11 - h.h33)
    let bySine = 0.5 * (h.h12 + h.h23)
    let cosineSquare = 0.25 * (h.h11 - 2 * h.h13 + h.h33)
    let product = 0.5 * (h.h12 - h.h23)
    let sineSquare = 0.25 * h.h22
    var bestGain = SIMD8<Double>.zero
    var bestCosine = SIMD8<Double>.zero
    var bestSine = SIMD8<Double>.zero
    var c = Self.cosines
    var s = Self.sines
    for _ in 0..<4 {
      let along = a.0 + a.1 * c + a.2 * s
      let curvature =
        plain + c * (byCosine + cosineSquare * c + product * s) + s * (bySine + sineSquare * s)
      let gain = along * along / curvature
      let isBetter = (along .> 0) .& (gain .> bestGain)
      bestGain.replace(with: gain, where: isBetter)
      bestCosine.replace(with: c, where: isBetter)
      bestSine.replace(with: s, where: isBetter)
      (c, s) = (-s, c)
    }
    var best = 0
    for lane in 1..<8 where bestGain[lane] > bestGain[best] { best = lane }
    return bestGain[best] > 0 ? (bestCosine[best], bestSine[best]) : nil
  }

  /// The boundary point of the peak of the gain within one step of the scan.
  private func peak(near c: Double, _ s: Double) -> (SymmetricMatrix2, ConeFace) {
    // M is proportional to ll' with l = (x, y) = (cos ψ/2, sin ψ/2). At the angle ψ with
    // tan((ψ − ψ₀)/2) = t it is l = (x − ty, y + tx), and v is proportional to v₀ + t v₁ + t² v₂.
    let x = max(0, 0.5 * (1 + c)).squareRoot()
    let y = (s < 0 ? -1 : 1) * max(0, 0.5 * (1 - c)).squareRoot()
    let v0: Coordinates = (x * x, x * y, y * y)
    let v1: Coordinates = (-2 * x * y, (x - y) * (x + y), 2 * x * y)
    let v2: Coordinates = (y * y, -x * y, x * x)
    let a0 = Self.dot(linear, v0)
    let a1 = Self.dot(linear, v1)
    let a2 = Self.dot(linear, v2)
    let hv0 = hessian.multiply(v0.0, v0.1, v0.2)
    let hv1 = hessian.multiply(v1.0, v1.1, v1.2)
    let hv2 = hessian.multiply(v2.0, v2.1, v2.2)
    let b0 = Self.dot(hv0, v0)
    let b1 = 2 * Self.dot(hv0, v1)
    let b2 = Self.dot(hv1, v1) + 2 * Self.dot(hv0, v2)
    let b3 = 2 * Self.dot(hv1, v2)
    let b4 = Self.dot(hv2, v2)

    var low = -Self.halfWidth
    var high = Self.halfWidth
    var t = 0.0
    for _ in 0..<60 {
      let along = a0 + t * (a1 + t * a2)
      let alongSlope = a1 + 2 * t * a2
      let curvature = b0 + t * (b1 + t * (b2 + t * (b3 + t * b4)))
      let curvatureSlope = b1 + t * (2 * b2 + t * (3 * b3 + t * 4 * b4))
      let curvatureSecond = 2 * b2 + t * (6 * b3 + t * 12 * b4)
      // The sign of the derivative of (c·v)² / v'Hv where c·v > 0, otherwise of c·v.
      let slope =
        along > 0
        ? 2 * alongSlope * curvature - along * curvatureSlope
        : alongSlope * (1 + t * t) - 2 * t * along
      if slope > 0 { low = t } else { high = t }
      let slopeSlope =
        4 * a2 * curvature + alongSlope * curvatureSlope - along * curvatureSecond
      var next = t - slope / slopeSlope
      if !(along > 0 && slopeSlope < 0 && next > low && next < high) { next = 0.5 * (low + high) }
      let step = abs(next - t)
      t = next
      if step < 1e-15 { break }
    }
    let along = a0 + t * (a1 + t * a2)
    guard along > 0 else { return (.zero, .zero) }
    let length = along / (b0 + t * (b1 + t * (b2 + t * (b3 + t * b4))))
    let l = (x - t * y, y + t * x)
    return (
      SymmetricMatrix2(length * l.0 * l.0, length * l.0 * l.1, length * l.1 * l.1), .rankOne
    )
  }

  private static func dot(_ a: Coordinates, _ b: Coordinates) -> Double {
    a.0 * b.0 + a.1 * b.1 + a.2 * b.2
  }
}
