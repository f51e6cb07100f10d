import KernelInterface

/// Random parts whose variances are bounded one by one: uncorrelated effects, or a single one.
extension ChartSolver {
  mutating func solveDiagonal() {
    let all = LaneMask(repeating: true)
    let settled = descend(all)
    let m = matrix(after: (step1, step2, step3))
    let t = gene.pointee.toChart
    let o = gene.pointee.origin
    let margin1 = Packet(Self.border / t.0.0.magnitude)
    let margin3 = Packet(Self.border / t.2.2.magnitude)
    isBorderline =
      isBorderline .| (settled .& ((m.0.magnitude < margin1) .| (m.2.magnitude < margin3)))
    isInterior = settled .& (m.0 > 0) .& (m.2 > 0)
    let lacksFirst = settled .& (m.0 <= 0)
    let lacksSecond = settled .& (m.2 <= 0)
    // Which variance goes is not clear where both do.
    isLost = isLost .| (lacksFirst .& lacksSecond)
    let axis = (lacksFirst .| lacksSecond) .& .!isLost
    guard any(axis) else { return }
    keep((.zero, .zero, .zero), .zero, where: axis)
    let first = axis .& lacksFirst
    let second = axis .& lacksSecond
    x1.replace(with: Packet(-t.0.0 * o.0), where: first)
    free1.replace(with: Packet.zero, where: first)
    x3.replace(with: Packet(-t.2.2 * o.2), where: second)
    free3.replace(with: Packet.zero, where: second)
    let held = descend(axis)
    let n = matrix(after: (step1, step2, step3))
    let g = evaluation.pointee.gradient
    let h = evaluation.pointee.hessian
    let derivative1 = g.0 * t.0.0
    let derivative3 = g.2 * t.2.2
    let rises =
      (first .& (derivative1 >= 0) .& (n.2 > margin3))
      .| (second .& (derivative3 >= 0) .& (n.0 > margin1))
    isAxis = isAxis .| (held .& rises)
    let border = Packet(Self.border)
    let near =
      (first .& (g.0.magnitude < border * h.0.magnitude))
      .| (second .& (g.2.magnitude < border * h.5.magnitude))
    isBorderline = isBorderline .| (held .& near)
  }

  mutating func solveScalar() {
    let settled = descend(LaneMask(repeating: true))
    let m = matrix(after: (step1, step2, step3))
    let t = gene.pointee.toChart
    let margin = Packet(Self.border / t.0.0.magnitude)
    isBorderline = isBorderline .| (settled .& (m.0.magnitude < margin))
    isInterior = settled .& (m.0 > 0)
    let vanishes = settled .& (m.0 <= 0)
    guard any(vanishes) else { return }
    keep((.zero, .zero, .zero), .zero, where: vanishes)
    x1.replace(with: Packet(-t.0.0 * gene.pointee.origin.0), where: vanishes)
    evaluate()
    let g = evaluation.pointee.gradient.0
    isZero = vanishes .& (g * t.0.0 >= 0)
    isBorderline =
      isBorderline
      .| (vanishes
        .& (g.magnitude < Packet(Self.border) * evaluation.pointee.hessian.0.magnitude))
  }
}
