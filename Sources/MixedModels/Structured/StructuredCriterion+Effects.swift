import LinearAlgebra

/// Random effects given the data at the point last evaluated, in the coordinates of Z̃ = ZΦ and
/// relative to σ². Relationship matrices have none: their levels share directions.
extension StructuredCriterion {
  var evaluatedPoint: [Double] { blocksPoint }

  /// Where a level's columns stand: the cluster and the first column within it.
  struct LevelPlace {
    var cluster: Int
    var column: Int
  }

  /// By term and level; nil for a level without rows.
  func levelPlaces() -> [[LevelPlace?]] {
    var places = design.terms.map { [LevelPlace?](repeating: nil, count: $0.levelCount) }
    for (index, cluster) in design.clusters.enumerated() {
      for (j, term) in design.terms.enumerated() {
        precondition(term.relationship == nil, "a relationship's levels have no columns")
        let present = Set(design.rowOrder[cluster.rows].map { term.levelOfRow[$0] })
          .filter { $0 >= 0 }.sorted()
        for (level, column) in zip(present, cluster.levels[j]) {
          places[j][level] = LevelPlace(cluster: index, column: column)
        }
      }
    }
    return places
  }

  /// b̃ = D̃Z̃'V⁻¹(y − Xβ̂) of every term: levels × q, row-major.
  func effects() -> [[Double]] {
    prepareForms()
    let scores = scores()
    let offsets = outerOffsets()
    let places = levelPlaces()
    return places.indices.map { j in
      let q = parameters.sizes[j]
      let covariance = parameters.covariance(j, of: blocksPoint)
      var effects = [Double](repeating: 0, count: places[j].count * q)
      for (level, place) in places[j].enumerated() {
        guard let place else { continue }
        let first = offsets[place.cluster] + place.column
        for a in 0..<q {
          for b in 0..<q { effects[level * q + a] += covariance[a, b] * scores[first + b] }
        }
      }
      return effects
    }
  }

  /// (ΛA⁻¹Λ') of every level of a term, q × q each, row-major, levels one behind the other; D̃ of a
  /// level without rows.
  func conditionalCovariances(term j: Int) -> [Double] {
    let q = parameters.sizes[j]
    let places = levelPlaces()[j]
    let prior = parameters.covariance(j, of: blocksPoint)
    var all: [Double] = []
    all.reserveCapacity(places.count * q * q)
    for place in places {
      guard let place else {
        all += prior.elements
        continue
      }
      let whitened = whitenedFactor(place, term: j)
      all += (whitened.transposed * whitened).elements
    }
    return all
  }

  /// ΛA⁻¹Λ' over the columns of some levels, one (term, level) after the other.
  ///
  /// - Precondition: the levels have rows.
  func conditionalCovariance(of levels: [(term: Int, level: Int)]) -> Matrix {
    let places = levelPlaces()
    let starts = levels.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + parameters.sizes[$1.term])
    }
    var covariance = Matrix(rows: starts[levels.count], columns: starts[levels.count])
    let found = levels.map { places[$0.term][$0.level] }
    let whitened = zip(levels, found).map { level, place in
      place.map { whitenedFactor($0, term: level.term) }
    }
    for (i, first) in whitened.enumerated() {
      for (j, second) in whitened.enumerated() {
        guard let first, let second, found[i]?.cluster == found[j]?.cluster else { continue }
        let block = first.transposed * second
        for a in 0..<block.rows {
          for b in 0..<block.columns { covariance[starts[i] + a, starts[j] + b] = block[a, b] }
        }
      }
    }
    return covariance
  }

  /// D̃Z̃'V⁻¹X of one level, q × P, X as loaded.
  func fixedSensitivity(term j: Int, level: Int) -> Matrix {
    prepareForms()
    let q = parameters.sizes[j]
    var rows = Matrix(rows: q, columns: fixedCount)
    guard let place = levelPlaces()[j][level] else { return rows }
    let first = outerOffsets()[place.cluster] + place.column
    let width = fixedCount + 1
    // Safe: `forms` has a row of P + 1 numbers for every column of Z⁺.
    for a in 0..<q {
      for column in 0..<fixedCount { rows[a, column] = forms[(first + a) * width + column] }
    }
    return parameters.covariance(j, of: blocksPoint) * rows
  }

  /// L⁻¹Λ' of one level's columns, m × q.
  private func whitenedFactor(_ place: LevelPlace, term j: Int) -> Matrix {
    let layout = layouts[place.cluster]
    let t = parameters.factor(j, of: blocksPoint)
    let q = parameters.sizes[j]
    var columns = Matrix(rows: layout.inner, columns: q)
    for s in 0..<q { for a in 0..<q { columns[place.column + s, a] = t[a, s] } }
    columns.elements.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: the factor is m × m and the columns m × q.
      BlockProducts.solveLower(layout.factor, order: layout.inner, base, columns: q)
    }
    return columns
  }

  private func outerOffsets() -> [Int] {
    layouts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.outer) }
  }
}
