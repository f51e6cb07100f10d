import KernelInterface

/// Sums over donors of a variant's terms, eight variants at once.
struct GenotypeSums {
  private let c: UnsafePointer<LaneCriterion>
  private let rows: Int

  init(_ criterion: UnsafePointer<LaneCriterion>) {
    c = criterion
    rows = criterion.pointee.patternCount * criterion.pointee.entries
  }

  func sumGenotypes() {
    let k = c.pointee.genotypeCount
    let p = c.pointee.fixedCount
    let kk = k &* (k &+ 1) / 2
    var column = 0
    var square = 0
    for r in 0..<k {
      // Safe: the criterion documents the sizes of its buffers; columns stay below their number.
      sum(
        c.pointee.linearTerms, stride: k &* p, first: r &* p, count: p, column: column,
        squared: false)
      column += p
      sum(
        c.pointee.squareTerms, stride: kk, first: square, count: r &+ 1, column: column,
        squared: true)
      column += r + 1
      square += r + 1
    }
  }

  /// Columns of one kind of terms: by pattern and entry, and over all donors for W = I.
  private func sum(
    _ terms: UnsafePointer<Double>, stride: Int, first: Int, count: Int, column: Int, squared: Bool
  ) {
    let entries = c.pointee.entries
    let perDonor = (entries &+ 1) &* stride
    var start = 0
    while start < count {
      let width = min(4, count - start)
      for pattern in 0..<c.pointee.patternCount {
        let donors = c.pointee.donorStarts[pattern]..<c.pointee.donorStarts[pattern &+ 1]
        for entry in 0..<entries {
          let from = terms + (entry &* stride &+ first &+ start)
          let row = pattern &* entries &+ entry
          let to = c.pointee.statistics + ((column &+ start) &* rows &+ row)
          block(
            from, perDonor, donors: donors, width: width, to: to, step: rows, squared: squared)
        }
      }
      block(
        terms + (entries &* stride &+ first &+ start), perDonor, donors: 0..<c.pointee.donorCount,
        width: width, to: c.pointee.plain + (column &+ start), step: 1, squared: squared)
      start += 4
    }
  }

  /// Up to four columns; narrower blocks read the terms that follow and leave them out.
  @inline(__always)
  private func block(
    _ terms: UnsafePointer<Double>, _ perDonor: Int, donors: Range<Int>, width: Int,
    to: UnsafeMutablePointer<Lanes>, step: Int, squared: Bool
  ) {
    var a = Lanes.zero
    var b = Lanes.zero
    var d = Lanes.zero
    var e = Lanes.zero
    let second = width > 1 ? 1 : 0
    let third = width > 2 ? 2 : 0
    let fourth = width > 3 ? 3 : 0
    var from = terms + donors.lowerBound &* perDonor
    for donor in donors {
      var g = c.pointee.dosages[donor]
      if squared { g *= g }
      a.accumulate(Lanes(repeating: from[0]), g)
      b.accumulate(Lanes(repeating: from[second]), g)
      d.accumulate(Lanes(repeating: from[third]), g)
      e.accumulate(Lanes(repeating: from[fourth]), g)
      from += perDonor
    }
    to[0] = a
    if width > 1 { to[step] = b }
    if width > 2 { to[2 &* step] = d }
    if width > 3 { to[3 &* step] = e }
  }

  func sumResponses() {
    let k = c.pointee.genotypeCount
    let p = c.pointee.fixedCount
    let entries = c.pointee.entries
    let perDonor = (entries &+ 1) &* k
    let column = k &* p &+ k &* (k &+ 1) / 2 &+ p
    for r in 0..<k {
      for pattern in 0..<c.pointee.patternCount {
        let donors = c.pointee.donorStarts[pattern]..<c.pointee.donorStarts[pattern &+ 1]
        for entry in 0..<entries {
          c.pointee.statistics[(column &+ r) &* rows &+ pattern &* entries &+ entry] =
            responseSum(entry &* k &+ r, perDonor, donors: donors)
        }
      }
      c.pointee.plain[column &+ r] = responseSum(
        entries &* k &+ r, perDonor, donors: 0..<c.pointee.donorCount)
    }
  }

  @inline(__always)
  private func responseSum(_ offset: Int, _ perDonor: Int, donors: Range<Int>) -> Lanes {
    var sum = Lanes.zero
    for donor in donors {
      sum.accumulate(
        c.pointee.dosages[donor], c.pointee.responseTerms[donor &* perDonor &+ offset])
    }
    return sum
  }
}
