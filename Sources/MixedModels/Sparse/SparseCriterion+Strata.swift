import Glibc
import LinearAlgebra

/// Evaluation by strata of the residual in the samples' stead.
extension SparseCriterion {
  /// Takes in φ.
  func set(_ strata: SparseStrata) {
    strata.precisions = [1] + residualPoint.map { exp(-2 * $0) }
    logResidual = -strata.logWeights
    for (k, phi) in residualPoint.enumerated() { logResidual += 2 * phi * strata.sizes[k + 1] }
    isGramCurrent = false
    areProductsCurrent = false
  }

  /// Z'R⁻¹Z from those of the strata, which are made where they are not there yet.
  func updateGram(_ strata: SparseStrata) {
    if !strata.hasGrams {
      strata.hasGrams = true
      for stratum in 0..<strata.count {
        mask(stratum, strata)
        updateGramOfRows()
        for (all, own) in [
          (strata.gram, gram), (strata.coarseGram, coarseGram), (strata.coupling, coupling),
        ] {
          // Safe: `all` has `count` numbers for every stratum.
          (all.base + stratum * own.count).update(from: own.base, count: own.count)
        }
      }
    }
    isGramCurrent = true
    add(strata.gram, strata, into: gram.base, count: gram.count)
    add(strata.coarseGram, strata, into: coarseGram.base, count: coarseGram.count)
    add(strata.coupling, strata, into: coupling.base, count: coupling.count)
  }

  /// Z'R⁻¹[X y] and [X y]'R⁻¹[X y] likewise.
  func updateProducts(_ strata: SparseStrata) {
    let square = plain.count
    if !strata.hasProducts {
      strata.hasProducts = true
      for stratum in 0..<strata.count {
        mask(stratum, strata)
        updateProductsOfRows()
        // Safe: numbers of a stratum behind those of the one before.
        (strata.products.base + stratum * products.count).update(
          from: products.base, count: products.count)
        for (place, value) in plain.enumerated() {
          strata.plain.base[stratum * square + place] = value
        }
      }
    }
    areProductsCurrent = true
    add(strata.products, strata, into: products.base, count: products.count)
    plain.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: (P + 1)² numbers.
      add(strata.plain, strata, into: base, count: square)
    }
  }

  /// Rows of one stratum alone, in units of its SD.
  private func mask(_ stratum: Int, _ strata: SparseStrata) {
    for (row, own) in strata.stratumOfRow.enumerated() {
      inverseDeviations.base[row] = own == stratum ? strata.roots[row] : 0
    }
  }

  /// out = Σ_s blocks_s/σ_s².
  private func add(
    _ blocks: FlatStorage, _ strata: SparseStrata, into out: UnsafeMutablePointer<Double>,
    count: Int
  ) {
    // Safe: `blocks` has `count` numbers for every stratum.
    out.update(repeating: 0, count: count)
    for (stratum, precision) in strata.precisions.enumerated() {
      let source = blocks.base + stratum * count
      for k in 0..<count { out[k] += precision * source[k] }
    }
  }

  /// Adds what a level's own columns have of tr(ΛA⁻¹Λ'Z_s'WZ_s).
  ///
  /// - Precondition: the level's blocks are in `room`.
  func addTraces(
    _ level: SparsePattern.Level, _ room: Room, _ strata: SparseStrata
  ) {
    let q = level.columnCount
    let met = level.met.count
    let t = factorBase(level.factor)
    // Safe: `kernel` was sized for the largest level: q × q, q × |met| numbers and both once more.
    let own = strata.kernel.base
    let half = own + q &* q
    let mixed = half + q &* q
    let halfMixed = mixed + q &* met
    BlockProducts.multiply(t, q, room.inverse, q, into: half, q, rows: q, inner: q, columns: q)
    for a in 0..<q {
      for b in 0..<q {
        var sum = 0.0
        for s in 0..<q { sum += half[a &* q &+ s] * t[b &* q &+ s] }
        own[a &* q &+ b] = sum
      }
    }
    if met > 0 {
      BlockProducts.multiply(
        t, q, room.cross, met, into: halfMixed, met, rows: q, inner: q, columns: met)
      for block in pattern.blocks[level.blocks] {
        let size = block.columnCount
        let factor = factorBase(block.factor)
        for a in 0..<q {
          for b in 0..<size {
            var sum = 0.0
            for s in 0..<size {
              sum += halfMixed[a &* met &+ block.start &+ s] * factor[b &* size &+ s]
            }
            mixed[a &* met &+ block.start &+ b] = sum
          }
        }
      }
    }
    for stratum in 0..<strata.count {
      let square = strata.gram.base + (stratum &* gram.count &+ level.square)
      let coupled = strata.coupling.base + (stratum &* coupling.count &+ level.coupling)
      var sum = 0.0
      for k in 0..<(q &* q) { sum += own[k] * square[k] }
      // A⁻¹ between the level and coarse columns has the other sign.
      for k in 0..<(q &* met) { sum -= 2 * mixed[k] * coupled[k] }
      strata.traces[stratum] += sum
    }
  }

  /// Adds what the coarse columns of a cluster have of it.
  func addCoarseTraces(_ cluster: SparsePattern.Cluster, _ strata: SparseStrata) {
    let count = cluster.coarseCount
    let inverse = coarseInverse.base + cluster.square
    let blocks = pattern.coarse[cluster.coarse]
    for one in blocks {
      for two in blocks {
        guard !cluster.isBlockDiagonal || one.start == two.start else { continue }
        let (p, q) = (one.columnCount, two.columnCount)
        let (left, right) = (factorBase(one.factor), factorBase(two.factor))
        for a in 0..<p {
          for b in 0..<q {
            // Safe: coarse × coarse numbers of the cluster.
            var value = 0.0
            for r in 0..<p {
              let row = inverse + ((one.start &+ r) &* count &+ two.start)
              var sum = 0.0
              for s in 0..<q { sum += row[s] * right[b &* q &+ s] }
              value += left[a &* p &+ r] * sum
            }
            let place = cluster.square &+ (one.start &+ a) &* count &+ two.start &+ b
            for stratum in 0..<strata.count {
              strata.traces[stratum] +=
                value * strata.coarseGram.base[stratum &* coarseGram.count &+ place]
            }
          }
        }
      }
    }
  }

  /// The gradient by φ: 2 (n_s − tr(ΛA⁻¹Λ'Z_s'R⁻¹Z_s) − tr ΩM_s), r the rows of R^{1/2}V⁻¹[X y] and M_s
  /// the sum of r'r over a stratum.
  func residualGradient(_ strata: SparseStrata, _ omega: [Double]) -> [Double] {
    let shares = squares(strata, omega)
    return (1..<strata.count).map { stratum in
      2
        * (strata.sizes[stratum] - strata.precisions[stratum] * strata.traces[stratum]
          - shares[stratum])
    }
  }

  /// tr ΩM_s of every stratum: R^{1/2}V⁻¹[X y] = R^{-1/2}([X y] − ZM) with M = ΛB.
  ///
  /// - Precondition: forms are current; Ω is symmetric.
  func squares(_ strata: SparseStrata, _ omega: [Double]) -> [Double] {
    let width = fixedCount &+ 1
    let image = strata.weighted.base
    omega.withUnsafeBufferPointer { omega in
      guard let omega = omega.baseAddress else { return }
      // Safe: rows of P + 1 numbers for every column of Z; Ω has (P + 1)².
      BlockProducts.multiply(
        moved.base, width, omega, width, into: image, width, rows: pattern.columnCount,
        inner: width, columns: width)
    }
    return (0..<strata.count).map { stratum in
      let square = plain.count
      var sum = 0.0
      for k in 0..<square { sum += omega[k] * strata.plain.base[stratum &* square &+ k] }
      let own = strata.products.base + stratum &* products.count
      for k in 0..<products.count { sum -= 2 * image[k] * own[k] }
      for cluster in pattern.clusters { sum += form(cluster, stratum, strata) }
      return strata.precisions[stratum] * sum
    }
  }

  /// tr ΩM'Z_s'WZ_sM of a cluster, MΩ in `weighted`.
  private func form(
    _ cluster: SparsePattern.Cluster, _ stratum: Int, _ strata: SparseStrata
  ) -> Double {
    let width = fixedCount &+ 1
    func product(_ one: Int, _ two: Int) -> Double {
      // Safe: rows of P + 1 numbers for every column of Z.
      let left = strata.weighted.base + one &* width
      let right = moved.base + two &* width
      var sum = 0.0
      for c in 0..<width { sum += left[c] * right[c] }
      return sum
    }
    var sum = 0.0
    for level in pattern.levels[cluster.levels] {
      let q = level.columnCount
      let square = strata.gram.base + (stratum &* gram.count &+ level.square)
      let coupled = strata.coupling.base + (stratum &* coupling.count &+ level.coupling)
      for a in 0..<q {
        for b in 0..<q {
          sum += square[a &* q &+ b] * product(level.column &+ a, level.column &+ b)
        }
        for (j, place) in pattern.metColumns[level.met].enumerated() {
          let value = coupled[a &* level.met.count &+ j]
          guard value != 0 else { continue }
          sum += 2 * value * product(level.column &+ a, cluster.coarseColumn &+ place)
        }
      }
    }
    let count = cluster.coarseCount
    let square = strata.coarseGram.base + (stratum &* coarseGram.count &+ cluster.square)
    for a in 0..<count {
      for b in 0..<count where square[a &* count &+ b] != 0 {
        sum +=
          square[a &* count &+ b]
          * product(cluster.coarseColumn &+ a, cluster.coarseColumn &+ b)
      }
    }
    return sum
  }
}
