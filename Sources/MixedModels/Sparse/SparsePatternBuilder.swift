/// Lays out a sparse criterion's clusters one after the other.
struct SparsePatternBuilder {
  private let design: StructuredDesign
  private(set) var pattern: SparsePattern
  /// By factor and level: the fine level that met it last, and its first column there.
  private var lastMet: [[Int]]
  private var slots: [[Int]]
  /// By factor and level: the first of its columns among the cluster's coarse ones; −1 for fine levels.
  private var coarseStarts: [[Int]]
  private let levelOfRow: [[Int]]
  /// By factor: values of all its columns, samples × q.
  private let values: [[Double]]

  init(design: StructuredDesign, pattern: SparsePattern) {
    self.design = design
    self.pattern = pattern
    lastMet = pattern.factors.map { [Int](repeating: -1, count: $0.levelCount) }
    slots = lastMet
    coarseStarts = lastMet
    levelOfRow = pattern.factors.map(\.levelOfRow)
    values = pattern.factors.map { factor in
      let parts = factor.terms.map { design.scaledColumns[$0] }
      guard parts.count > 1 else { return parts[0].elements }
      var values: [Double] = []
      values.reserveCapacity(design.rowCount * factor.columnCount)
      for sample in 0..<design.rowCount {
        for part in parts { for a in 0..<part.columns { values.append(part[sample, a]) } }
      }
      return values
    }
    self.pattern.samples.reserveCapacity(design.rowCount)
    self.pattern.entryStarts.reserveCapacity(design.rowCount + 1)
    self.pattern.clusters.reserveCapacity(design.clusterColumns.count)
    self.pattern.fineValues.reserveCapacity(
      design.rowCount * (pattern.factors.map(\.columnCount).max() ?? 0))
  }

  /// The clusters of one factor alone, each a level or a row without one.
  mutating func addNested() {
    let q = pattern.factors[0].columnCount
    pattern.samples = design.rowOrder
    pattern.entryStarts = [Int](repeating: 0, count: design.rowCount + 1)
    pattern.levels.reserveCapacity(design.clusterColumns.count)
    for (start, end) in zip(design.clusterStarts, design.clusterStarts.dropFirst()) {
      let level = levelOfRow[0][design.rowOrder[start]]
      let index = pattern.levels.count
      if level >= 0 {
        pattern.places[0][level] = .fine(index)
        pattern.levels.append(
          SparsePattern.Level(
            factor: 0, columnCount: q, rows: start..<end, column: pattern.columnCount,
            square: pattern.levelSquares, values: pattern.fineValues.count, blocks: 0..<0,
            met: 0..<0, coupling: 0))
        for sample in design.rowOrder[start..<end] {
          for a in 0..<q { pattern.fineValues.append(values[0][sample * q + a]) }
        }
        pattern.clusterOfLevel.append(pattern.clusters.count)
        pattern.columnCount += q
        pattern.levelSquares += q * q
      }
      pattern.clusters.append(
        SparsePattern.Cluster(
          levels: index..<pattern.levels.count, rows: start..<end,
          looseRows: (level >= 0 ? end : start)..<end, coarseColumn: pattern.columnCount,
          coarseCount: 0, coarse: 0..<0, isBlockDiagonal: true, square: 0))
    }
  }

  mutating func addAll() {
    for (start, end) in zip(design.clusterStarts, design.clusterStarts.dropFirst()) {
      add(Array(design.rowOrder[start..<end]))
    }
  }

  private mutating func add(_ samples: [Int]) {
    let present = pattern.factors.indices.map { levels(of: $0, samples: samples) }
    let sizes = present.indices.map { present[$0].count * pattern.factors[$0].columnCount }
    let fine = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
    let index = pattern.clusters.count
    let firstLevel = pattern.levels.count
    let firstRow = pattern.samples.count
    let fineStart = pattern.columnCount
    let coarseColumn = fineStart + sizes[fine]
    var coarseCount = 0
    let firstCoarse = pattern.coarse.count
    for factor in pattern.factors.indices where factor != fine {
      let q = pattern.factors[factor].columnCount
      for level in present[factor] {
        pattern.places[factor][level] = .coarse(cluster: index, start: coarseCount)
        coarseStarts[factor][level] = coarseCount
        pattern.coarse.append(
          SparsePattern.Block(start: coarseCount, factor: factor, columnCount: q))
        coarseCount += q
      }
    }
    // Samples by fine level, those without one last.
    for (place, level) in present[fine].enumerated() {
      pattern.places[fine][level] = .fine(firstLevel + place)
    }
    var bySample = [[Int]](repeating: [], count: present[fine].count + 1)
    for sample in samples {
      let level = levelOfRow[fine][sample]
      if level >= 0, case .fine(let place)? = pattern.places[fine][level] {
        bySample[place - firstLevel].append(sample)
      } else {
        bySample[present[fine].count].append(sample)
      }
    }
    for place in present[fine].indices {
      addLevel(fine: fine, samples: bySample[place], cluster: index)
    }
    let looseStart = pattern.samples.count
    addRows(bySample[present[fine].count], fine: fine, level: -1)
    pattern.clusters.append(
      SparsePattern.Cluster(
        levels: firstLevel..<pattern.levels.count, rows: firstRow..<pattern.samples.count,
        looseRows: looseStart..<pattern.samples.count, coarseColumn: coarseColumn,
        coarseCount: coarseCount, coarse: firstCoarse..<pattern.coarse.count,
        isBlockDiagonal: Set(pattern.coarse[firstCoarse...].map(\.factor)).count <= 1,
        square: pattern.coarseSquares))
    pattern.coarseSquares += coarseCount * coarseCount
    pattern.columnCount = coarseColumn + coarseCount
  }

  /// The levels of a factor that some samples have, ascending.
  private mutating func levels(of factor: Int, samples: [Int]) -> [Int] {
    // −2 marks those of this cluster; no fine level has that number.
    var found: [Int] = []
    for sample in samples {
      let level = levelOfRow[factor][sample]
      guard level >= 0, lastMet[factor][level] == -1 else { continue }
      lastMet[factor][level] = -2
      found.append(level)
    }
    return found.sorted()
  }

  private mutating func addLevel(fine: Int, samples: [Int], cluster: Int) {
    let index = pattern.levels.count
    let q = pattern.factors[fine].columnCount
    // The coarse levels that it meets, in the order of their columns.
    var met: [(start: Int, factor: Int, level: Int)] = []
    for factor in levelOfRow.indices where factor != fine {
      for sample in samples {
        let level = levelOfRow[factor][sample]
        guard level >= 0, lastMet[factor][level] != index else { continue }
        lastMet[factor][level] = index
        met.append((coarseStarts[factor][level], factor, level))
      }
    }
    met.sort { $0.start < $1.start }
    let firstBlock = pattern.blocks.count
    let firstMet = pattern.metColumns.count
    var slot = 0
    for item in met {
      let columns = pattern.factors[item.factor].columnCount
      slots[item.factor][item.level] = slot
      pattern.blocks.append(
        SparsePattern.Block(start: slot, factor: item.factor, columnCount: columns))
      for a in 0..<columns { pattern.metColumns.append(item.start + a) }
      slot += columns
    }
    let firstRow = pattern.samples.count
    let values = pattern.fineValues.count
    addRows(samples, fine: fine, level: index)
    pattern.levels.append(
      SparsePattern.Level(
        factor: fine, columnCount: q, rows: firstRow..<pattern.samples.count,
        column: pattern.columnCount, square: pattern.levelSquares, values: values,
        blocks: firstBlock..<pattern.blocks.count,
        met: firstMet..<pattern.metColumns.count, coupling: pattern.couplings))
    pattern.clusterOfLevel.append(cluster)
    pattern.columnCount += q
    pattern.levelSquares += q * q
    pattern.couplings += q * slot
  }

  private mutating func addRows(_ samples: [Int], fine: Int, level: Int) {
    for sample in samples {
      pattern.samples.append(sample)
      for factor in levelOfRow.indices {
        let own = levelOfRow[factor][sample]
        guard own >= 0, factor != fine || level >= 0 else { continue }
        let q = pattern.factors[factor].columnCount
        if factor == fine {
          for a in 0..<q { pattern.fineValues.append(values[factor][sample * q + a]) }
          continue
        }
        pattern.entries.append(
          SparsePattern.RowEntry(
            column: coarseStarts[factor][own], slot: level >= 0 ? slots[factor][own] : -1,
            factor: factor, values: pattern.coarseValues.count))
        for a in 0..<q { pattern.coarseValues.append(values[factor][sample * q + a]) }
      }
      pattern.entryStarts.append(pattern.entries.count)
    }
  }
}
