import LinearAlgebra

/// What derivatives and inference are made of.
extension SparseCriterion {
  /// A⁻¹Λ'Z'R⁻¹[X y] =: B and Z'V⁻¹[X y] = Z'R⁻¹[X y] − GΛB.
  func prepareForms() {
    guard !areFormsCurrent else { return }
    areFormsCurrent = true
    completeBlocks()
    let width = fixedCount &+ 1
    solved.base.update(from: whitened.base, count: whitened.count)
    forms.base.update(from: products.base, count: products.count)
    for cluster in pattern.clusters {
      let count = cluster.coarseCount
      let offset = cluster.coarseColumn &* width
      if count > 0 {
        BlockProducts.solveLowerTransposed(
          coarseFactor.base + cluster.square, order: count, solved.base + offset, columns: width)
        // Λ_cB_c, then G_cc of it.
        for block in pattern.coarse[cluster.coarse] {
          move(column: cluster.coarseColumn + block.start, factor: block.factor)
        }
        BlockProducts.addTransposed(
          coarseGram.base + cluster.square, count, moved.base + offset, width,
          into: forms.base + offset, width, rows: count, inner: count, columns: width, factor: -1)
      }
      for level in pattern.levels[cluster.levels] { solveForms(level, cluster) }
    }
  }

  /// ΛB of one level.
  private func move(column: Int, factor index: Int) {
    let width = fixedCount &+ 1
    let q = pattern.factors[index].columnCount
    let t = factorBase(index)
    // Safe: a level's q rows of P + 1 numbers.
    for a in 0..<q {
      let target = moved.base + (column &+ a) &* width
      target.update(repeating: 0, count: width)
      for s in 0..<q {
        let value = t[a &* q &+ s]
        let source = solved.base + (column &+ s) &* width
        for c in 0..<width { target[c] += value * source[c] }
      }
    }
  }

  private func solveForms(_ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster) {
    let q = level.columnCount
    let met = level.met.count
    let width = fixedCount &+ 1
    // Safe: the pattern counted the places of every level.
    let own = solved.base + level.column &* width
    let coarse = solved.base + cluster.coarseColumn &* width
    let v = eliminated.base + level.coupling
    let g = gram.base + level.square
    let mixed = coupling.base + level.coupling
    pattern.metColumns.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress, met > 0 else { return }
      let places = all + level.met.lowerBound
      for a in 0..<q {
        let target = own + a &* width
        for i in 0..<met {
          let value = v[a &* met &+ i]
          let source = coarse + places[i] &* width
          for c in 0..<width { target[c] -= value * source[c] }
        }
      }
    }
    let image = moved.base + level.column &* width
    let form = forms.base + level.column &* width
    switch q {
    case 1: finishOne(level, own, image, form)
    case 2: finishTwo(level, own, image, form)
    default:
      solveLevelTransposed(factor.base + level.square, q, own, columns: width)
      move(column: level.column, factor: level.factor)
      for a in 0..<q {
        let target = form + a &* width
        for b in 0..<q {
          let value = g[a &* q &+ b]
          let source = image + b &* width
          for c in 0..<width { target[c] -= value * source[c] }
        }
      }
    }
    pattern.metColumns.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress, met > 0 else { return }
      let places = all + level.met.lowerBound
      let coarseMoved = moved.base + cluster.coarseColumn &* width
      let coarseForms = forms.base + cluster.coarseColumn &* width
      for a in 0..<q {
        let target = form + a &* width
        let source = image + a &* width
        for i in 0..<met {
          let value = mixed[a &* met &+ i]
          let other = coarseMoved + places[i] &* width
          let back = coarseForms + places[i] &* width
          for c in 0..<width {
            target[c] -= value * other[c]
            back[c] -= value * source[c]
          }
        }
      }
    }
  }

  /// B, ΛB and the forms of a level of one column, from L⁻ᵀ on.
  private func finishOne(
    _ level: SparsePattern.Level, _ own: UnsafeMutablePointer<Double>,
    _ image: UnsafeMutablePointer<Double>, _ form: UnsafeMutablePointer<Double>
  ) {
    // Safe: one row of P + 1 numbers each.
    let inverse = factor.base[level.square]
    let t = factors.base[factorStarts[level.factor]]
    let g = gram.base[level.square]
    for c in 0..<(fixedCount &+ 1) {
      let b = own[c] * inverse
      own[c] = b
      image[c] = t * b
      form[c] -= g * (t * b)
    }
  }

  private func finishTwo(
    _ level: SparsePattern.Level, _ own: UnsafeMutablePointer<Double>,
    _ image: UnsafeMutablePointer<Double>, _ form: UnsafeMutablePointer<Double>
  ) {
    // Safe: two rows of P + 1 numbers each.
    let width = fixedCount &+ 1
    let l = factor.base + level.square
    let t = factors.base + factorStarts[level.factor]
    let g = gram.base + level.square
    let (i0, l10, i1) = (l[0], l[2], l[3])
    let (t00, t01, t10, t11) = (t[0], t[1], t[2], t[3])
    let (g00, g01, g11) = (g[0], g[1], g[3])
    for c in 0..<width {
      let b1 = own[width &+ c] * i1
      let b0 = (own[c] - l10 * b1) * i0
      own[c] = b0
      own[width &+ c] = b1
      let m0 = t00 * b0 + t01 * b1
      let m1 = t10 * b0 + t11 * b1
      image[c] = m0
      image[width &+ c] = m1
      form[c] -= g00 * m0 + g01 * m1
      form[width &+ c] -= g01 * m0 + g11 * m1
    }
  }
}
