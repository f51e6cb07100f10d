import KernelInterface

#if KERNEL_AVX512
  typealias PacketStorage = SIMD8<Double>
#else
  // Two registers for every number would leave eight numbers in registers: half the width is
  // faster, and fewer lanes wait for the slowest.
  typealias PacketStorage = SIMD4<Double>
#endif

#if KERNEL_AVX512
  typealias PacketBits = SIMD8<UInt64>
  typealias PacketFloats = SIMD8<Float>
#else
  typealias PacketBits = SIMD4<UInt64>
  typealias PacketFloats = SIMD4<Float>
#endif

/// Lanes that a condition holds for.
typealias LaneMask = SIMDMask<PacketStorage.MaskStorage>

/// As many doubles as a register pair of the instruction set holds, with operators of its own.
///
/// `SIMD8`'s operators are generic and mix vectors with scalars: formulas of ten terms take the
/// type checker seconds each, and what is not inlined becomes a symbol that the copies of the
/// kernels share. These are neither generic nor shared.
struct Packet {
  var lanes: PacketStorage

  @inline(__always)
  init(_ lanes: PacketStorage) { self.lanes = lanes }

  /// Number of lanes.
  @inline(__always)
  static var width: Int { PacketStorage.scalarCount }

  /// The numbers from an address on.
  @inline(__always)
  init(at pointer: UnsafePointer<Double>) {
    lanes = UnsafeRawPointer(pointer).loadUnaligned(as: PacketStorage.self)
  }

  /// The same number in every lane.
  @inline(__always)
  init(_ value: Double) { lanes = PacketStorage(repeating: value) }

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
  static func + (a: Packet, b: Double) -> Packet { Packet(a.lanes + PacketStorage(repeating: b)) }
  @inline(__always)
  static func + (a: Double, b: Packet) -> Packet { Packet(PacketStorage(repeating: a) + b.lanes) }
  @inline(__always)
  static func - (a: Packet, b: Double) -> Packet { Packet(a.lanes - PacketStorage(repeating: b)) }
  @inline(__always)
  static func - (a: Double, b: Packet) -> Packet { Packet(PacketStorage(repeating: a) - b.lanes) }
  @inline(__always)
  static func * (a: Packet, b: Double) -> Packet { Packet(a.lanes * PacketStorage(repeating: b)) }
  @inline(__always)
  static func * (a: Double, b: Packet) -> Packet { Packet(PacketStorage(repeating: a) * b.lanes) }
  @inline(__always)
  static func / (a: Packet, b: Double) -> Packet { Packet(a.lanes / PacketStorage(repeating: b)) }
  @inline(__always)
  static func / (a: Double, b: Packet) -> Packet { Packet(PacketStorage(repeating: a) / b.lanes) }
  @inline(__always)
  static func < (a: Packet, b: Double) -> LaneMask { a.lanes .< PacketStorage(repeating: b) }
  @inline(__always)
  static func <= (a: Packet, b: Double) -> LaneMask { a.lanes .<= PacketStorage(repeating: b) }
  @inline(__always)
  static func > (a: Packet, b: Double) -> LaneMask { a.lanes .> PacketStorage(repeating: b) }
  @inline(__always)
  static func >= (a: Packet, b: Double) -> LaneMask { a.lanes .>= PacketStorage(repeating: b) }
  @inline(__always)
  static func == (a: Packet, b: Double) -> LaneMask { a.lanes .== PacketStorage(repeating: b) }

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
    var sum = c
    sum.accumulate(a, b)
    return sum
  }

  /// self += a·b.
  @inline(__always)
  mutating func accumulate(_ a: Packet, _ b: Packet) {
    #if FUSED
      lanes.addProduct(a.lanes, b.lanes)
    #else
      lanes += a.lanes * b.lanes
    #endif
  }

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
        unsafeBitCast(lanes, to: PacketBits.self) & PacketBits(repeating: .max >> 1),
        to: PacketStorage.self))
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

/// The natural logarithm.
@inline(__always)
func logarithm(_ x: Packet) -> Packet {
  #if KERNEL_AVX512
    return Packet(logarithm(x.lanes))
  #else
    return Packet(logarithm(Lanes(lowHalf: x.lanes, highHalf: x.lanes)).lowHalf)
  #endif
}
