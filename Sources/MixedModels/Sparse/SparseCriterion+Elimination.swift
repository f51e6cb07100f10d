import Glibc
import LinearAlgebra

/// The factorisation of A, and what it is applied to.
extension SparseCriterion {
  /// Factorises A and whitens Λ'Z'R⁻¹[X y]; log|A|, nil where A is not positive definite.
  func eliminate() -> Double? {
    var logDeterminant = 0.0
    // A product of pivots takes one logarithm for many.
    var pivots = 1.0
    let isPlain = pattern.couplings == 0
    for cluster in pattern.clusters {
      if cluster.coarseCount > 0 { prepareCoarse(cluster) }
      for index in cluster.levels {
        let level = pattern.levels[index]
        let pivot: Double
        switch level.columnCount {
        case 1: pivot = eliminateOne(level)
        case 2: pivot = eliminateTwo(level)
        default: pivot = eliminateMany(level)
        }
        guard pivot > 0 else { return nil }
        // No pivot is below 1, and those of a parameter of 1e50 are below 1e150.
        pivots *= pivot
        if pivots > 1e100 {
          logDeterminant += log(pivots)
          pivots = 1
        }
        if !isPlain, !level.met.isEmpty { couple(level, cluster) }
      }
      guard cluster.coarseCount > 0 else { continue }
      guard let share = factoriseCoarse(cluster) else { return nil }
      logDeterminant += share
    }
    return logDeterminant + log(pivots)
  }

  /// F = 1 + t²g, whitened; the squared pivot.
  private func eliminateOne(_ level: SparsePattern.Level) -> Double {
    let width = fixedCount &+ 1
    // Safe: the pattern counted the places of every level.
    let t = factors.base[factorStarts[level.factor]]
    let product = gram.base[level.square] * t
    turned.base[level.square] = product
    let square = 1 + t * product
    let inverse = 1 / square.squareRoot()
    factor.base[level.square] = inverse
    let source = products.base + level.column &* width
    let target = whitened.base + level.column &* width
    let scale = t * inverse
    for c in 0..<width { target[c] = scale * source[c] }
    return square
  }

  private func eliminateTwo(_ level: SparsePattern.Level) -> Double {
    let width = fixedCount &+ 1
    // Safe: the pattern counted the places of every level.
    let t = factors.base + factorStarts[level.factor]
    let g = gram.base + level.square
    let (t00, t01, t10, t11) = (t[0], t[1], t[2], t[3])
    let m00 = g[0] * t00 + g[1] * t10
    let m01 = g[0] * t01 + g[1] * t11
    let m10 = g[2] * t00 + g[3] * t10
    let m11 = g[2] * t01 + g[3] * t11
    let m = turned.base + level.square
    (m[0], m[1], m[2], m[3]) = (m00, m01, m10, m11)
    let a00 = 1 + t00 * m00 + t10 * m10
    let a10 = t01 * m00 + t11 * m10
    let a11 = 1 + t01 * m01 + t11 * m11
    let i0 = 1 / a00.squareRoot()
    let l10 = a10 * i0
    let rest = a11 - l10 * l10
    let i1 = 1 / rest.squareRoot()
    let l = factor.base + level.square
    (l[0], l[1], l[2], l[3]) = (i0, 0, l10, i1)
    let source = products.base + level.column &* width
    let target = whitened.base + level.column &* width
    let (u0, u1) = (t00 * i0, t10 * i0)
    let (v0, v1) = ((t01 - l10 * u0) * i1, (t11 - l10 * u1) * i1)
    for c in 0..<width {
      let (one, two) = (source[c], source[width &+ c])
      target[c] = u0 * one + u1 * two
      target[width &+ c] = v0 * one + v1 * two
    }
    return a00 * rest
  }

  private func eliminateMany(_ level: SparsePattern.Level) -> Double {
    let q = level.columnCount
    let width = fixedCount &+ 1
    // Safe: the pattern counted the places of every level.
    let t = factorBase(level.factor)
    let g = gram.base + level.square
    let m = turned.base + level.square
    let l = factor.base + level.square
    BlockProducts.multiply(g, q, t, q, into: m, q, rows: q, inner: q, columns: q)
    BlockProducts.addTransposed(
      t, q, m, q, into: l, q, rows: q, inner: q, columns: q, keeps: false)
    for a in 0..<q { l[a &* q &+ a] += 1 }
    guard BlockProducts.factorise(l, order: q) else { return 0 }
    var pivot = 1.0
    for a in 0..<q {
      pivot *= l[a &* q &+ a] * l[a &* q &+ a]
      l[a &* q &+ a] = 1 / l[a &* q &+ a]
    }
    let target = whitened.base + level.column &* width
    BlockProducts.addTransposed(
      t, q, products.base + level.column &* width, width, into: target, width, rows: q, inner: q,
      columns: width, keeps: false)
    solveLevel(l, q, target, columns: width)
    return pivot
  }

  /// rhs (q × columns) ← L_l⁻¹ rhs.
  func solveLevel(
    _ l: UnsafePointer<Double>, _ q: Int, _ rhs: UnsafeMutablePointer<Double>, columns: Int
  ) {
    for a in 0..<q {
      let row = rhs + a &* columns
      for b in 0..<a {
        let value = l[a &* q &+ b]
        let other = rhs + b &* columns
        for c in 0..<columns { row[c] -= value * other[c] }
      }
      let scale = l[a &* q &+ a]
      for c in 0..<columns { row[c] *= scale }
    }
  }

  /// rhs (q × columns) ← L_l⁻ᵀ rhs.
  func solveLevelTransposed(
    _ l: UnsafePointer<Double>, _ q: Int, _ rhs: UnsafeMutablePointer<Double>, columns: Int
  ) {
    for a in stride(from: q &- 1, through: 0, by: -1) {
      let row = rhs + a &* columns
      for b in (a &+ 1)..<max(q, a &+ 1) {
        let value = l[b &* q &+ a]
        let other = rhs + b &* columns
        for c in 0..<columns { row[c] -= value * other[c] }
      }
      let scale = l[a &* q &+ a]
      for c in 0..<columns { row[c] *= scale }
    }
  }

  /// A_cc = I + Λ_c'G_ccΛ_c and Λ_c'Z_c'R⁻¹[X y].
  private func prepareCoarse(_ cluster: SparsePattern.Cluster) {
    let count = cluster.coarseCount
    let width = fixedCount &+ 1
    // Safe: the pattern counted coarse × coarse numbers for every cluster.
    let square = coarseGram.base + cluster.square
    let product = coarseTurned.base + cluster.square
    let target = coarseFactor.base + cluster.square
    if cluster.isBlockDiagonal {
      target.update(repeating: 0, count: count &* count)
      for block in pattern.coarse[cluster.coarse] {
        let offset = block.start &* (count &+ 1)
        let q = block.columnCount
        let t = factorBase(block.factor)
        multiplyBlock(square + offset, t, into: product + offset, q, stride: count)
        for r in 0..<q {
          for s in 0..<q {
            var sum = 0.0
            for a in 0..<q { sum += t[a &* q &+ r] * product[offset &+ a &* count &+ s] }
            target[offset &+ r &* count &+ s] = sum
          }
        }
      }
    } else {
      turnColumns(
        square, rows: count, stride: count, into: product, pattern.coarse[cluster.coarse])
      turnRows(product, columns: count, into: target, pattern.coarse[cluster.coarse])
    }
    for a in 0..<count { target[a &* count &+ a] += 1 }
    turnRows(
      products.base + cluster.coarseColumn &* width, columns: width,
      into: whitened.base + cluster.coarseColumn &* width, pattern.coarse[cluster.coarse])
  }

  /// out = from T for a q × q block within rows that are `stride` apart.
  private func multiplyBlock(
    _ from: UnsafePointer<Double>, _ t: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Double>, _ q: Int, stride: Int
  ) {
    for r in 0..<q {
      for s in 0..<q {
        var sum = 0.0
        for a in 0..<q { sum += from[r &* stride &+ a] * t[a &* q &+ s] }
        out[r &* stride &+ s] = sum
      }
    }
  }

  /// out = from Λ over some coarse levels' columns.
  private func turnColumns(
    _ from: UnsafePointer<Double>, rows: Int, stride: Int,
    into out: UnsafeMutablePointer<Double>, _ blocks: ArraySlice<SparsePattern.Block>
  ) {
    for row in 0..<rows {
      for block in blocks {
        let q = block.columnCount
        let t = factorBase(block.factor)
        let source = from + (row &* stride &+ block.start)
        let target = out + (row &* stride &+ block.start)
        guard q > 1 else {
          target[0] = source[0] * t[0]
          continue
        }
        for s in 0..<q {
          var sum = 0.0
          for a in 0..<q { sum += source[a] * t[a &* q &+ s] }
          target[s] = sum
        }
      }
    }
  }

  /// out = Λ' from over some coarse levels' rows.
  private func turnRows(
    _ from: UnsafePointer<Double>, columns: Int, into out: UnsafeMutablePointer<Double>,
    _ blocks: ArraySlice<SparsePattern.Block>
  ) {
    for block in blocks {
      let q = block.columnCount
      let t = factorBase(block.factor)
      for s in 0..<q {
        let target = out + (block.start &+ s) &* columns
        target.update(repeating: 0, count: columns)
        for a in 0..<q {
          let value = t[a &* q &+ s]
          let source = from + (block.start &+ a) &* columns
          for c in 0..<columns { target[c] += value * source[c] }
        }
      }
    }
  }

  /// V_l = L_l⁻¹T'G_lcΛ_c, and what eliminating the level takes from S and from coarse rows.
  private func couple(_ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster) {
    let q = level.columnCount
    let met = level.met.count
    let width = fixedCount &+ 1
    let count = cluster.coarseCount
    // Safe: the pattern counted q × |met| numbers, and met columns are below the coarse count.
    let product = couplingTurned.base + level.coupling
    let v = eliminated.base + level.coupling
    turnColumns(
      coupling.base + level.coupling, rows: q, stride: met, into: product,
      pattern.blocks[level.blocks])
    let t = factorBase(level.factor)
    if q == 1 {
      let scale = t[0] * factor.base[level.square]
      for j in 0..<met { v[j] = scale * product[j] }
    } else {
      BlockProducts.addTransposed(
        t, q, product, met, into: v, met, rows: q, inner: q, columns: met, keeps: false)
      solveLevel(factor.base + level.square, q, v, columns: met)
    }
    let square = coarseFactor.base + cluster.square
    let rows = whitened.base + cluster.coarseColumn &* width
    let own = whitened.base + level.column &* width
    pattern.metColumns.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      let places = all + level.met.lowerBound
      for a in 0..<q {
        let row = v + a &* met
        let right = own + a &* width
        for i in 0..<met {
          let value = row[i]
          let target = square + places[i] &* count
          if met == count {
            for j in 0...i { target[j] -= value * row[j] }
          } else {
            for j in 0...i { target[places[j]] -= value * row[j] }
          }
          let forms = rows + places[i] &* width
          for c in 0..<width { forms[c] -= value * right[c] }
        }
      }
    }
  }

  /// The lower factor of S; log|S|.
  private func factoriseCoarse(_ cluster: SparsePattern.Cluster) -> Double? {
    let count = cluster.coarseCount
    let width = fixedCount &+ 1
    let square = coarseFactor.base + cluster.square
    guard BlockProducts.factorise(square, order: count) else { return nil }
    var logDeterminant = 0.0
    for a in 0..<count { logDeterminant += 2 * log(square[a &* count &+ a]) }
    BlockProducts.solveLower(
      square, order: count, whitened.base + cluster.coarseColumn &* width, columns: width)
    return logDeterminant
  }
}
