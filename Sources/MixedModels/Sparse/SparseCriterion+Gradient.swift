import LinearAlgebra

/// Exact derivatives at the point last evaluated.
extension SparseCriterion {
  /// The gradient by the entries of all T and by φ.
  ///
  /// With H = Z'V⁻¹Z = G − GΛA⁻¹Λ'G: HΛ = GΛA⁻¹, Λ'Z'V⁻¹[X y] = A⁻¹Λ'Z'R⁻¹[X y] = B and
  /// F = Z'V⁻¹[X y], df/dT = 2 Σ_levels ((GΛA⁻¹)_ll − F_l Ω B_l') with Ω = (X'V⁻¹X)⁻¹ (0 for ML)
  /// + ν γγ'/y'Py, γ = (−β̂, 1). A diagonal block of GΛA⁻¹ needs A⁻¹ only where G is not 0.
  /// By φ_k: Σ_i 2x_ik (1 − a_i'A⁻¹a_i − r_iΩr_i'), a_i a sample's row of R^{-1/2}ZΛ and r_i that of
  /// R^{1/2}V⁻¹[X y].
  func gradient() -> [Double] {
    let omega = omega()
    var residual = [Double](repeating: 0, count: parameters.residualCount)
    let sums = lanes.map { gradientSums($0, omega) } ?? blockSums(omega, &residual)
    var gradient = [Double](repeating: 0, count: parameters.count)
    for (index, place) in pattern.factorOfTerm.enumerated() {
      let q = pattern.factors[place.factor].columnCount
      let size = parameters.sizes[index]
      for a in 0..<size {
        for b in 0..<size {
          gradient[parameters.offsets[index] + a * size + b] =
            2 * sums[factorStarts[place.factor] + (place.start + a) * q + place.start + b]
        }
      }
    }
    for k in residual.indices { gradient[parameters.covarianceCount + k] = residual[k] }
    return gradient
  }

  /// By blocks: half the gradient by the entries of every factor's T, and the gradient by φ.
  private func blockSums(_ omega: [Double], _ residual: inout [Double]) -> [Double] {
    prepareForms()
    invertCoarse()
    strata?.traces = [Double](repeating: 0, count: strata?.count ?? 0)
    var sums = [Double](repeating: 0, count: factorStarts.last ?? 0)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      omega.withUnsafeBufferPointer { omega in
        guard let omega = omega.baseAddress else { return }
        for run in pattern.runs { subtractForms(run, omega, from: sums) }
        for cluster in pattern.clusters {
          if cluster.coarseCount > 0 { addCoarse(cluster, into: sums) }
          for level in pattern.levels[cluster.levels] {
            addLevel(level, cluster, into: sums)
            if let strata {
              addTraces(level, room(level, cluster), strata)
            } else if !residual.isEmpty {
              addRows(level, cluster, omega, into: &residual)
            }
          }
          if let strata {
            addCoarseTraces(cluster, strata)
          } else if !residual.isEmpty {
            addLooseRows(cluster, omega, into: &residual)
          }
        }
      }
    }
    if let strata { residual = residualGradient(strata, omega) }
    return sums
  }

  /// Ω, (P + 1)².
  private func omega() -> [Double] {
    let width = fixedCount + 1
    var omega = [Double](repeating: 0, count: width * width)
    let gamma = coefficients.map { -$0 } + [1]
    let share = degreesOfFreedom / residualSquares
    for a in 0..<width {
      for b in 0..<width { omega[a * width + b] = share * gamma[a] * gamma[b] }
    }
    guard criterion == .reml else { return omega }
    for a in 0..<fixedCount {
      let unit = (0..<fixedCount).map { $0 == a ? 1.0 : 0 }
      let column = solveTransposed(solve(unit))
      for b in 0..<fixedCount { omega[a * width + b] += column[b] }
    }
    return omega
  }

  /// sums −= Σ_l F_l Ω B_l' over levels whose columns follow one another: F'B with a level's q rows
  /// in one, then its entries weighted.
  private func subtractForms(
    _ run: SparsePattern.Run, _ omega: UnsafePointer<Double>,
    from sums: UnsafeMutablePointer<Double>
  ) {
    let width = fixedCount &+ 1
    let q = pattern.factors[run.factor].columnCount
    let size = q &* width
    // Safe: `count` levels of q rows of P + 1 numbers, and `cross` has room for the largest q.
    let offset = run.column &* width
    BlockProducts.addTransposed(
      forms.base + offset, size, solved.base + offset, size, into: cross.base, size, rows: size,
      inner: run.count, columns: size, keeps: false)
    let target = sums + factorStarts[run.factor]
    for r in 0..<q {
      for s in 0..<q {
        var sum = 0.0
        for d in 0..<width {
          let row = cross.base + ((r &* width &+ d) &* size &+ s &* width)
          let weights = omega + d &* width
          for c in 0..<width { sum += weights[c] * row[c] }
        }
        target[r &* q &+ s] -= sum
      }
    }
  }

  /// What coarse columns add by themselves.
  func addCoarse(
    _ cluster: SparsePattern.Cluster, into sums: UnsafeMutablePointer<Double>
  ) {
    let count = cluster.coarseCount
    // Safe: the pattern counted coarse × coarse numbers for every cluster.
    let inverse = coarseInverse.base + cluster.square
    let product = coarseTurned.base + cluster.square
    for block in pattern.coarse[cluster.coarse] {
      let q = block.columnCount
      let target = sums + factorStarts[block.factor]
      for r in 0..<q {
        let left = product + (block.start &+ r) &* count
        for s in 0..<q {
          let right = inverse + (block.start &+ s) &* count
          var sum = 0.0
          for k in cluster.isBlockDiagonal ? block.start..<(block.start &+ q) : 0..<count {
            sum += left[k] * right[k]
          }
          target[r &* q &+ s] += sum
        }
      }
    }
  }

  /// Places of a level's blocks within `scratch`.
  struct Room {
    /// A⁻¹_ll, q × q.
    let inverse: UnsafeMutablePointer<Double>
    /// L⁻ᵀV, and A⁻¹_lc with the sign turned, q × |met|.
    let back: UnsafeMutablePointer<Double>
    let cross: UnsafeMutablePointer<Double>
    /// S⁻¹ of the columns met: S⁻¹ itself where that is all.
    let square: UnsafeMutablePointer<Double>
    let rest: UnsafeMutablePointer<Double>
  }

  func room(_ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster) -> Room {
    let (q, met) = (level.columnCount, level.met.count)
    // Safe: `scratch` was sized for the largest q and |met|.
    let back = scratch.base + q &* q
    let cross = back + q &* met
    let square = cross + q &* met
    return Room(
      inverse: scratch.base, back: back, cross: cross,
      square: met < cluster.coarseCount ? square : coarseInverse.base + cluster.square,
      rest: square + met &* met)
  }

  /// A⁻¹_ll and A⁻¹_lc into scratch, and what they add.
  func addLevel(
    _ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster,
    into sums: UnsafeMutablePointer<Double>
  ) {
    let q = level.columnCount
    let met = level.met.count
    let room = room(level, cluster)
    let l = factor.base + level.square
    // F⁻¹ = L⁻ᵀL⁻¹.
    switch q {
    case 1: room.inverse[0] = l[0] * l[0]
    case 2:
      let cross = -l[2] * l[0] * l[3]
      room.inverse[0] = l[0] * l[0] + cross * cross
      room.inverse[1] = cross * l[3]
      room.inverse[2] = cross * l[3]
      room.inverse[3] = l[3] * l[3]
    default:
      for a in 0..<q { for b in 0..<q { room.inverse[a &* q &+ b] = a == b ? 1 : 0 } }
      solveLevel(l, q, room.inverse, columns: q)
      solveLevelTransposed(l, q, room.inverse, columns: q)
    }
    let target = sums + factorStarts[level.factor]
    if met > 0 { addCoupled(level, cluster, room, into: sums) }
    let product = turned.base + level.square
    for r in 0..<q {
      for s in 0..<q {
        var sum = 0.0
        for a in 0..<q { sum += product[r &* q &+ a] * room.inverse[a &* q &+ s] }
        target[r &* q &+ s] += sum
      }
    }
  }

  private func addCoupled(
    _ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster, _ room: Room,
    into sums: UnsafeMutablePointer<Double>
  ) {
    let q = level.columnCount
    let met = level.met.count
    let count = cluster.coarseCount
    if q == 1, parameters.residualCount == 0 {
      addCoupledOne(level, cluster, room, into: sums)
      return
    }
    if met < count {
      let inverse = coarseInverse.base + cluster.square
      pattern.metColumns.withUnsafeBufferPointer { all in
        guard let all = all.baseAddress else { return }
        let places = all + level.met.lowerBound
        for i in 0..<met {
          let source = inverse + places[i] &* count
          let row = room.square + i &* met
          for j in 0..<met { row[j] = source[places[j]] }
        }
      }
    }
    room.back.update(from: eliminated.base + level.coupling, count: q &* met)
    solveLevelTransposed(factor.base + level.square, q, room.back, columns: met)
    BlockProducts.multiply(
      room.back, met, room.square, met, into: room.cross, met, rows: q, inner: met, columns: met)
    let mixed = couplingTurned.base + level.coupling
    let target = sums + factorStarts[level.factor]
    for r in 0..<q {
      for s in 0..<q {
        var (share, sum) = (0.0, 0.0)
        for j in 0..<met {
          share += room.cross[r &* met &+ j] * room.back[s &* met &+ j]
          sum += mixed[r &* met &+ j] * room.cross[s &* met &+ j]
        }
        room.inverse[r &* q &+ s] += share
        target[r &* q &+ s] -= sum
      }
    }
    // Z_c'R⁻¹Z_l T, and A⁻¹_lc on it.
    let t = factorBase(level.factor)
    let source = coupling.base + level.coupling
    for block in pattern.blocks[level.blocks] {
      let size = block.columnCount
      let coarseTarget = sums + factorStarts[block.factor]
      for r in 0..<size {
        for b in 0..<q {
          var image = 0.0
          for a in 0..<q { image += source[a &* met &+ block.start &+ r] * t[a &* q &+ b] }
          for s in 0..<size {
            coarseTarget[r &* size &+ s] -= image * room.cross[b &* met &+ block.start &+ s]
          }
        }
      }
    }
  }

  /// `addCoupled` for a level of one column, S⁻¹ read in place: that it is symmetric saves half.
  private func addCoupledOne(
    _ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster, _ room: Room,
    into sums: UnsafeMutablePointer<Double>
  ) {
    let met = level.met.count
    // Safe: the level's numbers are where the pattern has them, |met| each, and columns met are below
    // the coarse count.
    let inverse = coarseInverse.base + cluster.square
    let v = eliminated.base + level.coupling
    let scale = factor.base[level.square]
    let (back, cross) = (room.back, room.cross)
    pattern.metColumns.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      let places = all + level.met.lowerBound
      for i in 0..<met {
        let source = inverse + places[i] &* cluster.coarseCount
        let value = scale * v[i]
        var sum = value * source[places[i]]
        for j in 0..<i {
          let entry = source[places[j]]
          sum += entry * back[j]
          cross[j] += entry * value
        }
        back[i] = value
        cross[i] = sum
      }
    }
    let mixed = couplingTurned.base + level.coupling
    var (share, sum) = (0.0, 0.0)
    for j in 0..<met {
      share += cross[j] * back[j]
      sum += mixed[j] * cross[j]
    }
    room.inverse[0] += share
    sums[factorStarts[level.factor]] -= sum
    // Z_c'R⁻¹Z_l T, and A⁻¹_lc on it.
    let t = factors.base[factorStarts[level.factor]]
    let source = coupling.base + level.coupling
    for block in pattern.blocks[level.blocks] {
      let size = block.columnCount
      let target = sums + factorStarts[block.factor]
      for r in 0..<size {
        let image = t * source[block.start &+ r]
        for s in 0..<size { target[r &* size &+ s] -= image * cross[block.start &+ s] }
      }
    }
  }
}
