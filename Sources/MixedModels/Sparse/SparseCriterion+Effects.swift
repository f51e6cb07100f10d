import LinearAlgebra

/// Random effects given the data at the point last evaluated, in the coordinates of Z̃ = ZΦ and
/// relative to σ².
extension SparseCriterion {
  /// b̃ = D̃Z̃'V⁻¹(y − Xβ̂) of every term: levels × q, row-major; 0 for a level without samples.
  func effects() -> [[Double]] {
    prepareForms()
    let width = fixedCount + 1
    return pattern.factorOfTerm.enumerated().map { term, place in
      let q = parameters.sizes[term]
      var effects = [Double](repeating: 0, count: design.terms[term].levelCount * q)
      for (level, found) in pattern.places[place.factor].enumerated() {
        guard let found else { continue }
        let first = column(found) + place.start
        for a in 0..<q {
          // Safe: ΛB has a row of P + 1 numbers for every column of Z.
          let row = moved.base + (first + a) * width
          var value = row[fixedCount]
          for c in 0..<fixedCount { value -= row[c] * coefficients[c] }
          effects[level * q + a] = value
        }
      }
      return effects
    }
  }

  /// D̃Z̃'V⁻¹X of one level, q × P, X as loaded; 0 for a level without samples.
  func fixedSensitivity(term: Int, level: Int) -> Matrix {
    prepareForms()
    let width = fixedCount + 1
    let q = parameters.sizes[term]
    var rows = Matrix(rows: q, columns: fixedCount)
    let place = pattern.factorOfTerm[term]
    guard let found = pattern.places[place.factor][level] else { return rows }
    let first = column(found) + place.start
    for a in 0..<q {
      for c in 0..<fixedCount { rows[a, c] = moved.base[(first + a) * width + c] }
    }
    return rows
  }

  /// ΛA⁻¹Λ' of every level of a term, q × q each, row-major, levels one behind the other; D̃ of a
  /// level without samples.
  func conditionalCovariances(term: Int) -> [Double] {
    let q = parameters.sizes[term]
    let place = pattern.factorOfTerm[term]
    let t = parameters.factor(term, of: blocksPoint)
    let prior = (t * t.transposed).elements
    invertCoarse()
    var all: [Double] = []
    all.reserveCapacity(design.terms[term].levelCount * q * q)
    for level in 0..<design.terms[term].levelCount {
      guard let found = pattern.places[place.factor][level] else {
        all += prior
        continue
      }
      var block = Matrix(rows: q, columns: q)
      switch found {
      case .fine(let index):
        let inverse = inverse(ofLevel: index)
        for a in 0..<q {
          for b in 0..<q { block[a, b] = inverse[place.start + a, place.start + b] }
        }
      case .coarse(let index, let start):
        let cluster = pattern.clusters[index]
        for a in 0..<q {
          for b in 0..<q {
            let row = start + place.start + a
            block[a, b] =
              coarseInverse.base[
                cluster.square + row * cluster.coarseCount + start + place.start + b]
          }
        }
      }
      all += (t * (block * t.transposed)).elements
    }
    return all
  }

  /// ΛA⁻¹Λ' over the columns of some levels, one (term, level) after the other; D̃ between the
  /// columns of a level without samples.
  func conditionalCovariance(of levels: [(term: Int, level: Int)]) -> Matrix {
    var offsets = [0]
    for item in levels { offsets.append(offsets[offsets.count - 1] + parameters.sizes[item.term]) }
    let total = offsets[levels.count]
    var covariance = Matrix(rows: total, columns: total)
    invertCoarse()
    let parts = levels.map { item in
      (place: pattern.places[pattern.factorOfTerm[item.term].factor][item.level], item: item)
    }
    for (i, one) in parts.enumerated() {
      for (j, two) in parts.enumerated() {
        guard
          let block = covarianceBlock(
            (one.item.term, one.item.level, one.place), (two.item.term, two.item.level, two.place))
        else { continue }
        for a in 0..<block.rows {
          for b in 0..<block.columns { covariance[offsets[i] + a, offsets[j] + b] = block[a, b] }
        }
      }
    }
    return covariance
  }

  /// One level's ΛA⁻¹Λ' with another; nil where it is 0.
  private func covarianceBlock(
    _ one: (term: Int, level: Int, place: SparsePattern.Place?),
    _ two: (term: Int, level: Int, place: SparsePattern.Place?)
  ) -> Matrix? {
    let (s, t) = (
      parameters.factor(one.term, of: blocksPoint), parameters.factor(two.term, of: blocksPoint)
    )
    guard let first = one.place, let second = two.place else {
      // Without samples a level keeps its prior, and covaries with none but itself.
      let isSame = one.term == two.term && one.level == two.level
      return isSame ? s * t.transposed : nil
    }
    func size(_ term: Int) -> Int {
      pattern.factors[pattern.factorOfTerm[term].factor].columnCount
    }
    guard let whole = inverse((first, size(one.term)), (second, size(two.term))) else { return nil }
    let (from, to) = (pattern.factorOfTerm[one.term].start, pattern.factorOfTerm[two.term].start)
    var block = Matrix(rows: s.rows, columns: t.rows)
    for a in 0..<s.rows { for b in 0..<t.rows { block[a, b] = whole[from + a, to + b] } }
    return s * (block * t.transposed)
  }

  /// A⁻¹ between two levels and their columns; nil where they are of different clusters.
  private func inverse(
    _ one: (place: SparsePattern.Place, count: Int), _ two: (place: SparsePattern.Place, count: Int)
  ) -> Matrix? {
    switch (one.place, two.place) {
    case (.fine(let i), .fine(let j)):
      if i == j { return inverse(ofLevel: i) }
      let cluster = pattern.clusterOfLevel[i]
      guard cluster == pattern.clusterOfLevel[j] else { return nil }
      let block = coarseBlock(met(i), met(j), cluster: cluster)
      return backed(i) * (block * backed(j).transposed)
    case (.fine(let i), .coarse(let cluster, let start)):
      guard pattern.clusterOfLevel[i] == cluster else { return nil }
      let columns = Array(start..<(start + two.count))
      var block = backed(i) * coarseBlock(met(i), columns, cluster: cluster)
      for k in block.elements.indices { block.elements[k] = -block.elements[k] }
      return block
    case (.coarse, .fine): return inverse(two, one)?.transposed
    case (.coarse(let cluster, let start), .coarse(let other, let otherStart)):
      guard cluster == other else { return nil }
      return coarseBlock(
        Array(start..<(start + one.count)), Array(otherStart..<(otherStart + two.count)),
        cluster: cluster)
    }
  }

  private func met(_ level: Int) -> [Int] { Array(pattern.metColumns[pattern.levels[level].met]) }

  private func coarseBlock(_ rows: [Int], _ columns: [Int], cluster index: Int) -> Matrix {
    let cluster = pattern.clusters[index]
    var block = Matrix(rows: rows.count, columns: columns.count)
    for (i, row) in rows.enumerated() {
      for (j, column) in columns.enumerated() {
        // Safe: columns are below the cluster's coarse count.
        block[i, j] = coarseInverse.base[cluster.square + row * cluster.coarseCount + column]
      }
    }
    return block
  }

  /// F_l⁻¹A_lc of a fine level, q × |met|.
  private func backed(_ index: Int) -> Matrix {
    let level = pattern.levels[index]
    let (q, met) = (level.columnCount, level.met.count)
    var back = Matrix(
      rows: q, columns: met,
      elements: Array(
        UnsafeBufferPointer(start: eliminated.base + level.coupling, count: q * met)))
    back.elements.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: q × |met| numbers.
      solveLevelTransposed(factor.base + level.square, q, base, columns: met)
    }
    return back
  }

  /// A⁻¹ of a fine level, q × q.
  private func inverse(ofLevel index: Int) -> Matrix {
    let level = pattern.levels[index]
    let q = level.columnCount
    var inverse = Matrix.identity(q)
    inverse.elements.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: q × q numbers.
      solveLevel(factor.base + level.square, q, base, columns: q)
      solveLevelTransposed(factor.base + level.square, q, base, columns: q)
    }
    guard !level.met.isEmpty else { return inverse }
    let back = backed(index)
    let share =
      back
      * (coarseBlock(met(index), met(index), cluster: pattern.clusterOfLevel[index])
        * back.transposed)
    for k in inverse.elements.indices { inverse.elements[k] += share.elements[k] }
    return inverse
  }

  /// S⁻¹ of all clusters.
  func invertCoarse() {
    guard !isInverseCurrent else { return }
    isInverseCurrent = true
    completeBlocks()
    for cluster in pattern.clusters where cluster.coarseCount > 0 {
      BlockProducts.invert(
        factor: coarseFactor.base + cluster.square, order: cluster.coarseCount,
        into: coarseInverse.base + cluster.square)
    }
  }
}
