import KernelInterface

extension Kernel {
  /// Fits a block of variants with one gene in its chart.
  package static func fitCharts(
    _ problem: UnsafePointer<ChartProblem>, gene: UnsafePointer<ChartGene>
  ) {
    let p = problem.pointee
    let order = gene.pointee.order
    let coefficientCount = order == 3 ? 20 : 10
    let lanes = p.scratch.assumingMemoryBound(to: Packet.self)
    // 5 × 20 derivatives of Q₁₁, Q₁₂, Q₂₂, s₁, s₂ and 2 × 20 of the time row; then the evaluation,
    // the gene's polynomials, and up to 3 × 35 derivatives of Q.
    let time = lanes + 100
    let evaluation = (lanes + 144).withMemoryRebound(to: ChartEvaluation.self, capacity: 1) { $0 }
    let polynomials = GenePolynomials(gene, into: lanes + 200)
    let wider = lanes + (200 + GenePolynomials.count)
    let widerCount = order == 3 ? 35 : 20
    let stride = p.stride
    var at = 0
    while at < p.count {
      for c in 0..<coefficientCount {
        lanes[c] = load(p.forms + ((3 &* c) &* stride &+ at))
        lanes[20 &+ c] = load(p.forms + ((3 &* c &+ 1) &* stride &+ at))
        lanes[40 &+ c] = load(p.forms + ((3 &* c &+ 2) &* stride &+ at))
        lanes[60 &+ c] = load(p.scores + (c &* stride &+ at))
        lanes[80 &+ c] = load(p.scores + ((coefficientCount &+ c) &* stride &+ at))
      }
      var solver = ChartSolver(
        gene: gene, polynomials: polynomials, coefficients: lanes, evaluation: evaluation,
        point: lanes + 140)
      solver.solve()
      var curvature = solver.curvature()
      solver.writeTest(curvature, to: p.results + at, stride: p.resultStride)
      if let rows = p.timeRows {
        for c in 0..<coefficientCount {
          time[c] = load(rows + (c &* stride &+ at))
          time[20 &+ c] = load(rows + ((coefficientCount &+ c) &* stride &+ at))
        }
        solver.writeEstimates(
          curvature, time: time,
          means: Packet(at: p.means + at),
          to: p.results + at, stride: p.resultStride)
      }
      if let rows = p.widerForms {
        for c in 0..<widerCount {
          for entry in 0..<3 {
            wider[widerCount &* entry &+ c] = load(rows + ((3 &* c &+ entry) &* stride &+ at))
          }
        }
        let isPositive = solver.adjust(
          forms: wider, time: p.timeRows == nil ? nil : UnsafePointer(time),
          means: p.means + at, to: p.results + at, stride: p.resultStride)
        curvature.isPositive = curvature.isPositive .& isPositive
      }
      solver.writeOutcomes(curvature, to: p.outcomes + at)
      at &+= Packet.width
    }
  }

  @inline(__always)
  private static func load(_ at: UnsafePointer<Float>) -> Packet {
    Packet(PacketStorage(UnsafeRawPointer(at).loadUnaligned(as: PacketFloats.self)))
  }
}
