import KernelInterface

/// A gene's polynomials with every derivative in all lanes.
///
/// As numbers of their own they would be spread over the lanes in every evaluation, and the
/// optimiser would pair them up across polynomials, which costs a third of its time.
struct GenePolynomials {
  /// Packets they take.
  static let count = 145

  let logDeterminant: UnsafePointer<Packet>
  let residual: UnsafePointer<Packet>
  let timeVariance: UnsafePointer<Packet>
  let timeValue: UnsafePointer<Packet>
  /// Defined for Kenward and Roger's inference alone.
  let timePrecision: UnsafePointer<Packet>

  /// - Parameter packets: room for `count`.
  init(_ gene: UnsafePointer<ChartGene>, into packets: UnsafeMutablePointer<Packet>) {
    let g = gene.pointee
    // Safe: the kernel's caller owns 35, 35, 20, 20 and 35 numbers and `count` packets of scratch.
    for at in 0..<35 {
      packets[at] = Packet(g.logDeterminant[at])
      packets[35 &+ at] = Packet(g.residual[at])
    }
    for at in 0..<20 {
      packets[70 &+ at] = Packet(g.timeVariance[at])
      packets[90 &+ at] = Packet(g.timeValue[at])
    }
    if let wider = g.timePrecision {
      for at in 0..<35 { packets[110 &+ at] = Packet(wider[at]) }
    }
    logDeterminant = UnsafePointer(packets)
    residual = UnsafePointer(packets + 35)
    timeVariance = UnsafePointer(packets + 70)
    timeValue = UnsafePointer(packets + 90)
    timePrecision = UnsafePointer(packets + 110)
  }
}
