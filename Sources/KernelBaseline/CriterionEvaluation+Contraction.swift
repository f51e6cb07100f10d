import KernelInterface

#if KERNEL_AVX512
  /// Columns contracted at once: 24 of 32 registers are sums.
  private let blockWidth = 6
#else
  private let blockWidth = 1
#endif

/// One column of H with its three derivatives, being summed.
private struct ColumnSums {
  var value = Lanes.zero
  var by11 = Lanes.zero
  var by12 = Lanes.zero
  var by22 = Lanes.zero

  @inline(__always)
  mutating func accumulate(_ x: Lanes, _ w0: Lanes, _ w1: Lanes, _ w2: Lanes, _ w3: Lanes) {
    value.accumulate(x, w0)
    by11.accumulate(x, w1)
    by12.accumulate(x, w2)
    by22.accumulate(x, w3)
  }
}

extension CriterionEvaluation {
  /// H and its first derivatives from the statistics and the weights.
  func contract(isAtNull: Bool) {
    let one = Lanes(repeating: 1)
    if isAtNull {
      for i in 0..<p {
        for j in 0...i {
          copyNull(i &* (i &+ 1) / 2 &+ j, plain: i == j ? one : .zero, i &* (i &+ 1) / 2 &+ j)
        }
      }
    } else {
      // Safe: the criterion documents its buffers: `rows` numbers for each column.
      let fixed = c.pointee.fixedStatistics
      contract(0..<shared) {
        Lanes(repeating: fixed[$0 &* rows &+ $1])
      } plain: { _ in
        .zero
      }
      for i in 0..<p { c.pointee.products[i &* (i &+ 3) / 2] += one }
    }
    let own = c.pointee.statistics - shared &* rows
    let plain = c.pointee.plain - shared
    let y = m &* (m &+ 1) / 2
    contract(shared..<y) {
      own[$0 &* rows &+ $1]
    } plain: {
      plain[$0]
    }
    if isAtNull {
      for j in 0..<p { copyNull(y &+ j, plain: plain[y &+ j], shared &+ j) }
      copyNull(packed &- 1, plain: plain[packed &- 1], shared &+ p)
      contract((y &+ p)..<(y &+ m)) {
        own[$0 &* rows &+ $1]
      } plain: {
        plain[$0]
      }
    } else {
      contract(y..<packed) {
        own[$0 &* rows &+ $1]
      } plain: {
        plain[$0]
      }
    }
  }

  private func copyNull(_ column: Int, plain: Lanes, _ source: Int) {
    let from = c.pointee.nullContraction + 10 &* source
    c.pointee.products[column] = plain - from[0]
    c.pointee.slopes[column] = -from[1]
    c.pointee.slopes[packed &+ column] = -from[2]
    c.pointee.slopes[2 &* packed &+ column] = -from[3]
  }

  /// Contracts columns, whose statistics `load` gives by column and row.
  @inline(__always)
  private func contract(
    _ columns: Range<Int>, load: (Int, Int) -> Lanes, plain: (Int) -> Lanes
  ) {
    var column = columns.lowerBound
    while column &+ blockWidth <= columns.upperBound {
      var weights = UnsafePointer(c.pointee.weights)
      var s0 = ColumnSums()
      #if KERNEL_AVX512
        var s1 = ColumnSums()
        var s2 = ColumnSums()
        var s3 = ColumnSums()
        var s4 = ColumnSums()
        var s5 = ColumnSums()
      #endif
      var row = 0
      while row < rows {
        let w0 = weights[0]
        let w1 = weights[1]
        let w2 = weights[2]
        let w3 = weights[3]
        s0.accumulate(load(column, row), w0, w1, w2, w3)
        #if KERNEL_AVX512
          s1.accumulate(load(column &+ 1, row), w0, w1, w2, w3)
          s2.accumulate(load(column &+ 2, row), w0, w1, w2, w3)
          s3.accumulate(load(column &+ 3, row), w0, w1, w2, w3)
          s4.accumulate(load(column &+ 4, row), w0, w1, w2, w3)
          s5.accumulate(load(column &+ 5, row), w0, w1, w2, w3)
        #endif
        weights += 4
        row &+= 1
      }
      store(s0, column, plain: plain(column))
      #if KERNEL_AVX512
        store(s1, column &+ 1, plain: plain(column &+ 1))
        store(s2, column &+ 2, plain: plain(column &+ 2))
        store(s3, column &+ 3, plain: plain(column &+ 3))
        store(s4, column &+ 4, plain: plain(column &+ 4))
        store(s5, column &+ 5, plain: plain(column &+ 5))
      #endif
      column &+= blockWidth
    }
    while column < columns.upperBound {
      var weights = UnsafePointer(c.pointee.weights)
      var sums = ColumnSums()
      var row = 0
      while row < rows {
        sums.accumulate(load(column, row), weights[0], weights[1], weights[2], weights[3])
        weights += 4
        row &+= 1
      }
      store(sums, column, plain: plain(column))
      column &+= 1
    }
  }

  @inline(__always)
  private func store(_ sums: ColumnSums, _ column: Int, plain: Lanes) {
    c.pointee.products[column] = plain - sums.value
    c.pointee.slopes[column] = -sums.by11
    c.pointee.slopes[packed &+ column] = -sums.by12
    c.pointee.slopes[2 &* packed &+ column] = -sums.by22
  }

  /// tr(Γ H_a) and tr(Γ H_ab).
  func contractAdjoint(isAtNull: Bool, into sum: inout LaneSecondOrder) {
    let adjoint = c.pointee.weightAdjoint
    var row = 0
    while row < rows {
      adjoint[row] = .zero
      row &+= 1
    }
    let own = c.pointee.statistics - shared &* rows
    let y = m &* (m &+ 1) / 2
    if isAtNull {
      for column in 0..<shared { addNull(column, column, into: &sum) }
      for j in 0..<p { addNull(y &+ j, shared &+ j, into: &sum) }
      addNull(packed &- 1, shared &+ p, into: &sum)
      transpose(shared..<y) { own[$0 &* rows &+ $1] }
      transpose((y &+ p)..<(y &+ m)) { own[$0 &* rows &+ $1] }
    } else {
      let fixed = c.pointee.fixedStatistics
      transpose(0..<shared) { Lanes(repeating: fixed[$0 &* rows &+ $1]) }
      transpose(shared..<packed) { own[$0 &* rows &+ $1] }
    }
    addWeightDerivatives(into: &sum)
  }

  private func addNull(_ column: Int, _ source: Int, into sum: inout LaneSecondOrder) {
    let by = c.pointee.adjoint[column]
    let from = c.pointee.nullContraction + 10 &* source
    sum.g1.reduce(by, from[1])
    sum.g2.reduce(by, from[2])
    sum.g3.reduce(by, from[3])
    sum.h11.reduce(by, from[4])
    sum.h12.reduce(by, from[5])
    sum.h13.reduce(by, from[6])
    sum.h22.reduce(by, from[7])
    sum.h23.reduce(by, from[8])
    sum.h33.reduce(by, from[9])
  }

  /// Adds columns times their adjoint to the adjoint of every weight.
  @inline(__always)
  private func transpose(_ columns: Range<Int>, load: (Int, Int) -> Lanes) {
    let by = UnsafePointer(c.pointee.adjoint)
    let to = c.pointee.weightAdjoint
    var column = columns.lowerBound
    while column &+ 6 <= columns.upperBound {
      let b0 = by[column]
      let b1 = by[column &+ 1]
      let b2 = by[column &+ 2]
      let b3 = by[column &+ 3]
      let b4 = by[column &+ 4]
      let b5 = by[column &+ 5]
      var row = 0
      while row < rows {
        var sum = to[row]
        sum.accumulate(b0, load(column, row))
        sum.accumulate(b1, load(column &+ 1, row))
        sum.accumulate(b2, load(column &+ 2, row))
        sum.accumulate(b3, load(column &+ 3, row))
        sum.accumulate(b4, load(column &+ 4, row))
        sum.accumulate(b5, load(column &+ 5, row))
        to[row] = sum
        row &+= 1
      }
      column &+= 6
    }
    while column < columns.upperBound {
      let b = by[column]
      var row = 0
      while row < rows {
        to[row].accumulate(b, load(column, row))
        row &+= 1
      }
      column &+= 1
    }
  }
}
