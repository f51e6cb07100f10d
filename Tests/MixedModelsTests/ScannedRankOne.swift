import Glibc

@testable import MixedModels

/// The slow twin of `RankOneQuadratic`: a scan of angles, and bisection of the derivative by the angle.
struct ScannedRankOne {
  let hessian: SymmetricMatrix3
  let linear: (Double, Double, Double)

  func minimiser() -> (point: SymmetricMatrix2, face: ConeFace) {
    let steps = 32
    let width = 2 * Double.pi / Double(steps)
    var best = 0
    var bestGain = 0.0
    for step in 0..<steps {
      let gain = Ray(angle: Double(step) * width, hessian: hessian, linear: linear).gain
      if gain > bestGain {
        bestGain = gain
        best = step
      }
    }
    if bestGain == 0 { return refined(peakNear: nil, width: width) }
    return refined(peakNear: Double(best) * width, width: width)
  }

  /// The boundary point of the peak of the gain near an angle; M = 0 where no ray gains.
  private func refined(peakNear angle: Double?, width: Double) -> (SymmetricMatrix2, ConeFace) {
    // Where no scanned ray gains, the one along which c·v is largest may still gain.
    let centre = angle ?? atan2(linear.1, linear.0 - linear.2)
    var low = centre - width
    var high = centre + width
    if angle == nil {
      guard Ray(angle: centre, hessian: hessian, linear: linear).gain > 0 else {
        return (.zero, .zero)
      }
    }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if Ray(angle: middle, hessian: hessian, linear: linear).slope > 0 {
        low = middle
      } else {
        high = middle
      }
      if high - low < 1e-15 * max(1, abs(middle)) { break }
    }
    let ray = Ray(angle: 0.5 * (low + high), hessian: hessian, linear: linear)
    return ray.length > 0 ? (ray.point, .rankOne) : (.zero, .zero)
  }
}

/// One ray of rank-one matrices r v(ψ).
private struct Ray {
  let v: (Double, Double, Double)
  /// (c·v) and v'Hv with their derivatives by ψ.
  let along: Double
  let alongSlope: Double
  let curvature: Double
  let curvatureSlope: Double

  init(angle: Double, hessian: SymmetricMatrix3, linear: (Double, Double, Double)) {
    let c = cos(angle)
    let s = sin(angle)
    v = (0.5 * (1 + c), 0.5 * s, 0.5 * (1 - c))
    let d = (-0.5 * s, 0.5 * c, 0.5 * s)
    along = linear.0 * v.0 + linear.1 * v.1 + linear.2 * v.2
    alongSlope = linear.0 * d.0 + linear.1 * d.1 + linear.2 * d.2
    let hv = hessian.multiply(v.0, v.1, v.2)
    curvature = v.0 * hv.0 + v.1 * hv.1 + v.2 * hv.2
    curvatureSlope = 2 * (d.0 * hv.0 + d.1 * hv.1 + d.2 * hv.2)
  }

  /// Best length.
  var length: Double { max(0, along / curvature) }
  var gain: Double { along > 0 ? along * along / curvature : 0 }
  /// Sign of the derivative of (c·v)² / v'Hv where c·v > 0; otherwise of c·v.
  var slope: Double {
    along > 0 ? 2 * alongSlope * curvature - along * curvatureSlope : alongSlope
  }
  var point: SymmetricMatrix2 {
    SymmetricMatrix2(length * v.0, length * v.1, length * v.2)
  }
}
