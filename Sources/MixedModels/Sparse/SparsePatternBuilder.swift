/// Lays out a sparse criterion's clusters one after the other.
struct SparsePatternBuilder {
  private let design: StructuredDesign
  private(set) var pattern: SparsePattern
  /// The first level of every factor among those of all factors.
  private let firstLevels: [Int]
  /// By level of all factors: the fine level that met it last, and its first column there.
  private var lastMet: [Int]
  private var slots: [Int]
  /// By level of all factors: the first of its columns among the cluster's coarse ones; the fine level that
  /// it is.
  private var coarseStarts: [Int]
  private var fineLevels: [Int]
  /// By sample and factor: the level among those of all factors; −1 without one.
  private let levels: [Int]
  private let columnCounts: [Int]
  /// By factor: values of all its columns, samples × q.
  private let values: [[Double]]

  init(design: StructuredDesign, pattern: SparsePattern) {
    self.design = design
    self.pattern = pattern
    var starts = [0]
    for factor in pattern.factors { starts.append(starts[starts.count - 1] + factor.levelCount) }
    firstLevels = starts
    lastMet = [Int](repeating: -1, count: starts[starts.count - 1])
    (slots, coarseStarts, fineLevels) = (lastMet, lastMet, lastMet)
    columnCounts = pattern.factors.map(\.columnCount)
    let count = pattern.factors.count
    var levels = [Int](repeating: -1, count: design.rowCount * count)
    for (index, factor) in pattern.factors.enumerated() {
      for (sample, level) in factor.levelOfRow.enumerated() where level >= 0 {
        levels[sample * count + index] = starts[index] + level
      }
    }
    self.levels = levels
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
      let level = levels[design.rowOrder[start]]
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
    pattern.entries.reserveCapacity(design.rowCount * (columnCounts.count - 1))
    pattern.coarseValues.reserveCapacity(design.rowCount * (columnCounts.reduce(0, +) - 1))
    for (start, end) in zip(design.clusterStarts, design.clusterStarts.dropFirst()) {
      add(Array(design.rowOrder[start..<end]))
    }
  }

  private mutating func add(_ samples: [Int]) {
    let present = columnCounts.indices.map { levels(of: $0, samples: samples) }
    let sizes = present.indices.map { present[$0].count * columnCounts[$0] }
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
        coarseStarts[firstLevels[factor] + level] = coarseCount
        pattern.coarse.append(
          SparsePattern.Block(start: coarseCount, factor: factor, columnCount: q))
        coarseCount += q
      }
    }
    for (place, level) in present[fine].enumerated() {
      pattern.places[fine][level] = .fine(firstLevel + place)
      fineLevels[firstLevels[fine] + level] = place
    }
    let (ordered, starts) = byLevel(samples, fine: fine, count: present[fine].count)
    for place in present[fine].indices {
      addLevel(fine: fine, samples: ordered[starts[place]..<starts[place + 1]], cluster: index)
    }
    let looseStart = pattern.samples.count
    addRows(ordered[starts[present[fine].count]...], fine: fine, level: -1)
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

  /// Samples by fine level, those without one last; and where each begins.
  private func byLevel(
    _ samples: [Int], fine: Int, count: Int
  ) -> (samples: [Int], starts: [Int]) {
    func place(_ sample: Int) -> Int {
      let level = levels[sample * columnCounts.count + fine]
      return level >= 0 ? fineLevels[level] : count
    }
    var starts = [Int](repeating: 0, count: count + 2)
    for sample in samples { starts[place(sample) + 1] += 1 }
    for level in 0...count { starts[level + 1] += starts[level] }
    var next = starts
    var ordered = samples
    for sample in samples {
      let level = place(sample)
      ordered[next[level]] = sample
      next[level] += 1
    }
    return (ordered, starts)
  }

  /// The levels of a factor that some samples have, ascending.
  private mutating func levels(of factor: Int, samples: [Int]) -> [Int] {
    // −2 marks those of this cluster; no fine level has that number.
    var found: [Int] = []
    for sample in samples {
      let level = levels[sample * columnCounts.count + factor]
      guard level >= 0, lastMet[level] == -1 else { continue }
      lastMet[level] = -2
      found.append(level - firstLevels[factor])
    }
    return found.sorted()
  }

  private mutating func addLevel(fine: Int, samples: ArraySlice<Int>, cluster: Int) {
    let index = pattern.levels.count
    let q = columnCounts[fine]
    let count = columnCounts.count
    // The coarse levels that it meets, in the order of their columns.
    var met: [(start: Int, factor: Int, level: Int)] = []
    met.reserveCapacity(samples.count * (count - 1))
    for sample in samples {
      for factor in 0..<count where factor != fine {
        let level = levels[sample * count + factor]
        guard level >= 0, lastMet[level] != index else { continue }
        lastMet[level] = index
        met.append((coarseStarts[level], factor, level))
      }
    }
    met.sort { $0.start < $1.start }
    let firstBlock = pattern.blocks.count
    let firstMet = pattern.metColumns.count
    var slot = 0
    for item in met {
      let columns = columnCounts[item.factor]
      slots[item.level] = slot
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

  private mutating func addRows(_ samples: ArraySlice<Int>, fine: Int, level: Int) {
    let count = columnCounts.count
    for sample in samples {
      pattern.samples.append(sample)
      for factor in 0..<count {
        let own = levels[sample * count + factor]
        guard own >= 0, factor != fine || level >= 0 else { continue }
        let q = columnCounts[factor]
        if factor == fine {
          for a in 0..<q { pattern.fineValues.append(values[factor][sample * q + a]) }
          continue
        }
        pattern.entries.append(
          SparsePattern.RowEntry(
            column: coarseStarts[own], slot: level >= 0 ? slots[own] : -1, factor: factor,
            values: pattern.coarseValues.count))
        for a in 0..<q { pattern.coarseValues.append(values[factor][sample * q + a]) }
      }
      pattern.entryStarts.append(pattern.entries.count)
    }
  }
}
