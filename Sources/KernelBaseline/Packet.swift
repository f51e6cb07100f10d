import KernelInterface

/// Lanes that a condition holds for.
typealias LaneMask = SIMDMask<SIMD8<Int64>>

/// Eight doubles with operators of its own.
///
/// `SIMD8`'s operators are generic and mix vectors with scalars: formulas of ten terms take the
/// type checker seconds each, and what is not inlined becomes a symbol that the copies of the
/// kernels share. These are neither generic nor shared.
struct Packet {
  var lanes: Lanes

  @inline(__always)
  init(_ lanes: Lanes) { self.lanes = lanes }

  /// The same number in every lane.
  @inline(__always)
  init(_ value: Double) { lanes = Lanes(repeating: value) }

  @inline(__always)
  static var zero: Packet { Packet(0.0) }
  @inline(__always)
  static var one: Packet { Packet(1.0) }

  @inline(__always)
  static func + (a: Packet, b: Packet) -> Packet { Packet(a.lanes + b.lanes) }
  @inline(__always)
  static func - (a: Packet, b: Packet) -> Packet { Packet(a.lanes - b.lanes) }
  @inline(__always)
  static func * (a: Packet, b: Packet) -> Packet { Packet(a.lanes * b.lanes) }
  @inline(__always)
  static func / (a: Packet, b: Packet) -> Packet { Packet(a.lanes / b.lanes) }
  @inline(__always)
  static prefix func - (a: Packet) -> Packet { Packet(-a.lanes) }

  @inline(__always)
  static func + (a: Packet, b: Double) -> Packet { Packet(a.lanes + Lanes(repeating: b)) }
  @inline(__always)
  static func + (a: Double, b: Packet) -> Packet { Packet(Lanes(repeating: a) + b.lanes) }
  @inline(__always)
  static func - (a: Packet, b: Double) -> Packet { Packet(a.lanes - Lanes(repeating: b)) }
  @inline(__always)
  static func - (a: Double, b: Packet) -> Packet { Packet(Lanes(repeating: a) - b.lanes) }
  @inline(__always)
  static func * (a: Packet, b: Double) -> Packet { Packet(a.lanes * Lanes(repeating: b)) }
  @inline(__always)
  static func * (a: Double, b: Packet) -> Packet { Packet(Lanes(repeating: a) * b.lanes) }
  @inline(__always)
  static func / (a: Packet, b: Double) -> Packet { Packet(a.lanes / Lanes(repeating: b)) }
  @inline(__always)
  static func / (a: Double, b: Packet) -> Packet { Packet(Lanes(repeating: a) / b.lanes) }
  @inline(__always)
  static func < (a: Packet, b: Double) -> LaneMask { a.lanes .< Lanes(repeating: b) }
  @inline(__always)
  static func <= (a: Packet, b: Double) -> LaneMask { a.lanes .<= Lanes(repeating: b) }
  @inline(__always)
  static func > (a: Packet, b: Double) -> LaneMask { a.lanes .> Lanes(repeating: b) }
  @inline(__always)
  static func >= (a: Packet, b: Double) -> LaneMask { a.lanes .>= Lanes(repeating: b) }
  @inline(__always)
  static func == (a: Packet, b: Double) -> LaneMask { a.lanes .== Lanes(repeating: b) }

  @inline(__always)
  static func < (a: Packet, b: Packet) -> LaneMask { a.lanes .< b.lanes }
  @inline(__always)
  static func <= (a: Packet, b: Packet) -> LaneMask { a.lanes .<= b.lanes }
  @inline(__always)
  static func > (a: Packet, b: Packet) -> LaneMask { a.lanes .> b.lanes }
  @inline(__always)
  static func >= (a: Packet, b: Packet) -> LaneMask { a.lanes .>= b.lanes }
  @inline(__always)
  static func == (a: Packet, b: Packet) -> LaneMask { a.lanes .== b.lanes }

  /// a·b + c.
  @inline(__always)
  static func fused(_ a: Packet, _ b: Packet, _ c: Packet) -> Packet {
    var sum = c.lanes
    sum.accumulate(a.lanes, b.lanes)
    return Packet(sum)
  }

  /// self += a·b.
  @inline(__always)
  mutating func accumulate(_ a: Packet, _ b: Packet) { lanes.accumulate(a.lanes, b.lanes) }

  @inline(__always)
  mutating func replace(with other: Packet, where mask: LaneMask) {
    lanes.replace(with: other.lanes, where: mask)
  }

  @inline(__always)
  func replacing(with other: Packet, where mask: LaneMask) -> Packet {
    Packet(lanes.replacing(with: other.lanes, where: mask))
  }

  @inline(__always)
  func squareRoot() -> Packet { Packet(lanes.squareRoot()) }

  /// |x|.
  @inline(__always)
  var magnitude: Packet {
    Packet(
      unsafeBitCast(
        unsafeBitCast(lanes, to: SIMD8<UInt64>.self) & SIMD8<UInt64>(repeating: .max >> 1),
        to: Lanes.self))
  }

  /// The larger of two numbers, lane by lane; the first where one is NaN.
  @inline(__always)
  static func larger(_ x: Packet, _ y: Packet) -> Packet { x.replacing(with: y, where: y > x) }

  /// The smaller of two numbers, lane by lane; the first where one is NaN.
  @inline(__always)
  static func smaller(_ x: Packet, _ y: Packet) -> Packet { x.replacing(with: y, where: y < x) }

  /// x brought into [−bound, bound].
  @inline(__always)
  func clamped(to bound: Packet) -> Packet {
    Packet.larger(-bound, Packet.smaller(bound, self))
  }
}
