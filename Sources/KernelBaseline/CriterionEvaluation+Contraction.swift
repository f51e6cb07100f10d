import KernelInterface

#if KERNEL_AVX512
  /// Columns contracted at once: 24 of 32 registers hold sums.
  private let blockWidth = 6
#else
  /// Columns contracted at once: 8 of 16 registers hold sums. With 12, one is kept in memory, and its
  /// way there and back is what every row waits for.
  private let blockWidth = 2
#endif

/// One column of H with its three derivatives, being summed.
private struct ColumnSums {
  var value = Part.zero
  var by11 = Part.zero
  var by12 = Part.zero
  var by22 = Part.zero

  @inline(__always)
  mutating func accumulate(_ x: Part, _ w0: Part, _ w1: Part, _ w2: Part, _ w3: Part) {
    value.accumulate(x, w0)
    by11.accumulate(x, w1)
    by12.accumulate(x, w2)
    by22.accumulate(x, w3)
  }
}

/// The same for a single variance: one derivative.
private struct ScalarColumnSums {
  var value = Part.zero
  var by11 = Part.zero

  @inline(__always)
  mutating func accumulate(_ x: Part, _ w0: Part, _ w1: Part) {
    value.accumulate(x, w0)
    by11.accumulate(x, w1)
  }
}

extension CriterionEvaluation {
  /// H and its first derivatives from the statistics and the weights.
  func contract(isAtNull: Bool) {
    let one = Lanes(repeating: 1)
    let y = m &* (m &+ 1) / 2
    if isAtNull {
      for i in 0..<p {
        for j in 0...i {
          copyNull(i &* (i &+ 1) / 2 &+ j, plain: i == j ? one : .zero, i &* (i &+ 1) / 2 &+ j)
        }
      }
      let plain = c.pointee.plain - shared
      for j in 0..<p { copyNull(y &+ j, plain: plain[y &+ j], shared &+ j) }
      copyNull(packed &- 1, plain: plain[packed &- 1], shared &+ p)
      contractOwn(shared..<y)
      contractOwn((y &+ p)..<(y &+ m))
    } else {
      // Safe: the criterion documents its buffers: `rows` numbers for each column.
      let fixed = c.pointee.fixedStatistics
      contract(0..<shared) { _, column, row in
        Part(repeating: fixed[column &* rows &+ row])
      } plain: { _ in
        .zero
      }
      for i in 0..<p { c.pointee.products[i &* (i &+ 3) / 2] += one }
      contractOwn(shared..<packed)
    }
  }

  private func contractOwn(_ columns: Range<Int>) {
    let own = PartPointer(c.pointee.statistics - shared &* rows, part: 0)
    let plain = c.pointee.plain - shared
    contract(columns) { part, column, row in
      own.part(part)[column &* rows &+ row]
    } plain: {
      plain[$0]
    }
  }

  private func copyNull(_ column: Int, plain: Lanes, _ source: Int) {
    let from = c.pointee.nullContraction + 10 &* source
    c.pointee.products[column] = plain - from[0]
    c.pointee.slopes[column] = -from[1]
    c.pointee.slopes[packed &+ column] = -from[2]
    c.pointee.slopes[2 &* packed &+ column] = -from[3]
  }

  /// Contracts columns, whose statistics `load` gives by part, column and row.
  @inline(__always)
  private func contract(
    _ columns: Range<Int>, load: (Int, Int, Int) -> Part, plain: (Int) -> Lanes
  ) {
    if c.pointee.parameters == 1 {
      contractScalar(columns, load: load)
    } else {
      contractFull(columns, load: load)
    }
    for column in columns { c.pointee.products[column] += plain(column) }
  }

  @inline(__always)
  private func contractFull(_ columns: Range<Int>, load: (Int, Int, Int) -> Part) {
    var column = columns.lowerBound
    while column &+ blockWidth <= columns.upperBound {
      // The parts of a block one after the other, while it is in the nearest cache.
      for part in 0..<partCount {
        var weights = PartPointer(c.pointee.weights, part: part)
        var s0 = ColumnSums()
        var s1 = ColumnSums()
        #if KERNEL_AVX512
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
          s0.accumulate(load(part, column, row), w0, w1, w2, w3)
          s1.accumulate(load(part, column &+ 1, row), w0, w1, w2, w3)
          #if KERNEL_AVX512
            s2.accumulate(load(part, column &+ 2, row), w0, w1, w2, w3)
            s3.accumulate(load(part, column &+ 3, row), w0, w1, w2, w3)
            s4.accumulate(load(part, column &+ 4, row), w0, w1, w2, w3)
            s5.accumulate(load(part, column &+ 5, row), w0, w1, w2, w3)
          #endif
          weights = weights + 4
          row &+= 1
        }
        store(s0, column, part)
        store(s1, column &+ 1, part)
        #if KERNEL_AVX512
          store(s2, column &+ 2, part)
          store(s3, column &+ 3, part)
          store(s4, column &+ 4, part)
          store(s5, column &+ 5, part)
        #endif
      }
      column &+= blockWidth
    }
    while column < columns.upperBound {
      for part in 0..<partCount {
        var weights = PartPointer(c.pointee.weights, part: part)
        var sums = ColumnSums()
        var row = 0
        while row < rows {
          sums.accumulate(
            load(part, column, row), weights[0], weights[1], weights[2], weights[3])
          weights = weights + 4
          row &+= 1
        }
        store(sums, column, part)
      }
      column &+= 1
    }
  }

  /// With one parameter the derivatives by the others stay zero.
  @inline(__always)
  private func contractScalar(_ columns: Range<Int>, load: (Int, Int, Int) -> Part) {
    var column = columns.lowerBound
    while column &+ 4 <= columns.upperBound {
      for part in 0..<partCount {
        var weights = PartPointer(c.pointee.weights, part: part)
        var s0 = ScalarColumnSums()
        var s1 = ScalarColumnSums()
        var s2 = ScalarColumnSums()
        var s3 = ScalarColumnSums()
        var row = 0
        while row < rows {
          let w0 = weights[0]
          let w1 = weights[1]
          s0.accumulate(load(part, column, row), w0, w1)
          s1.accumulate(load(part, column &+ 1, row), w0, w1)
          s2.accumulate(load(part, column &+ 2, row), w0, w1)
          s3.accumulate(load(part, column &+ 3, row), w0, w1)
          weights = weights + 4
          row &+= 1
        }
        store(s0, column, part)
        store(s1, column &+ 1, part)
        store(s2, column &+ 2, part)
        store(s3, column &+ 3, part)
      }
      column &+= 4
    }
    while column < columns.upperBound {
      for part in 0..<partCount {
        var weights = PartPointer(c.pointee.weights, part: part)
        var sums = ScalarColumnSums()
        var row = 0
        while row < rows {
          sums.accumulate(load(part, column, row), weights[0], weights[1])
          weights = weights + 4
          row &+= 1
        }
        store(sums, column, part)
      }
      column &+= 1
    }
  }

  @inline(__always)
  private func store(_ sums: ScalarColumnSums, _ column: Int, _ part: Int) {
    PartPointer(c.pointee.products, part: part)[column] = -sums.value
    PartPointer(c.pointee.slopes, part: part)[column] = -sums.by11
  }

  @inline(__always)
  private func store(_ sums: ColumnSums, _ column: Int, _ part: Int) {
    PartPointer(c.pointee.products, part: part)[column] = -sums.value
    let slopes = PartPointer(c.pointee.slopes, part: part)
    slopes[column] = -sums.by11
    slopes[packed &+ column] = -sums.by12
    slopes[2 &* packed &+ column] = -sums.by22
  }

  /// tr(Γ H_a) and tr(Γ H_ab).
  func contractAdjoint(isAtNull: Bool, into sum: inout LaneSecondOrder) {
    clearWeightAdjoint()
    let y = m &* (m &+ 1) / 2
    if isAtNull {
      for column in 0..<shared { addNull(column, column, into: &sum) }
      for j in 0..<p { addNull(y &+ j, shared &+ j, into: &sum) }
      addNull(packed &- 1, shared &+ p, into: &sum)
      transposeOwn(shared..<y)
      transposeOwn((y &+ p)..<(y &+ m))
    } else {
      let fixed = c.pointee.fixedStatistics
      transpose(0..<shared) { _, column, row in Part(repeating: fixed[column &* rows &+ row]) }
      transposeOwn(shared..<packed)
    }
    addWeightDerivatives(into: &sum)
  }

  /// tr(Γ K_a) and tr(Γ K_ab), leaving out the response.
  func contractCoefficients(into sum: inout LaneSecondOrder) {
    clearWeightAdjoint()
    let fixed = c.pointee.fixedStatistics
    transpose(0..<shared) { _, column, row in Part(repeating: fixed[column &* rows &+ row]) }
    transposeOwn(shared..<(m &* (m &+ 1) / 2))
    addWeightDerivatives(into: &sum)
  }

  private func clearWeightAdjoint() {
    let adjoint = c.pointee.weightAdjoint
    var row = 0
    while row < rows {
      adjoint[row] = .zero
      row &+= 1
    }
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

  private func transposeOwn(_ columns: Range<Int>) {
    let own = PartPointer(c.pointee.statistics - shared &* rows, part: 0)
    transpose(columns) { part, column, row in own.part(part)[column &* rows &+ row] }
  }

  /// Adds columns times their adjoint to the adjoint of every weight.
  @inline(__always)
  private func transpose(_ columns: Range<Int>, load: (Int, Int, Int) -> Part) {
    var column = columns.lowerBound
    while column &+ 6 <= columns.upperBound {
      for part in 0..<partCount {
        let by = PartPointer(c.pointee.adjoint, part: part) + column
        let to = PartPointer(c.pointee.weightAdjoint, part: part)
        let b0 = by[0]
        let b1 = by[1]
        let b2 = by[2]
        let b3 = by[3]
        let b4 = by[4]
        let b5 = by[5]
        var row = 0
        while row < rows {
          var sum = to[row]
          sum.accumulate(b0, load(part, column, row))
          sum.accumulate(b1, load(part, column &+ 1, row))
          sum.accumulate(b2, load(part, column &+ 2, row))
          sum.accumulate(b3, load(part, column &+ 3, row))
          sum.accumulate(b4, load(part, column &+ 4, row))
          sum.accumulate(b5, load(part, column &+ 5, row))
          to[row] = sum
          row &+= 1
        }
      }
      column &+= 6
    }
    while column < columns.upperBound {
      for part in 0..<partCount {
        let b = PartPointer(c.pointee.adjoint, part: part)[column]
        let to = PartPointer(c.pointee.weightAdjoint, part: part)
        var row = 0
        while row < rows {
          var sum = to[row]
          sum.accumulate(b, load(part, column, row))
          to[row] = sum
          row &+= 1
        }
      }
      column &+= 1
    }
  }
}
