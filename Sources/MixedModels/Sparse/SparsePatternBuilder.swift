/// Lays out a sparse criterion's clusters one after the other.
struct SparsePatternBuilder {
  private let design: StructuredDesign
  private(set) var pattern: SparsePattern
  /// By factor and level: the fine level that met it last, and its first column there.
  private var lastMet: [[Int]]
  private var slots: [[Int]]

  init(design: StructuredDesign, pattern: SparsePattern) {
    self.design = design
    self.pattern = pattern
    lastMet = pattern.factors.map { [Int](repeating: -1, count: $0.levelCount) }
    slots = lastMet
    self.pattern.samples.reserveCapacity(design.rowCount)
    self.pattern.entryStarts.reserveCapacity(design.rowCount + 1)
  }

  mutating func add(_ cluster: StructuredDesign.Cluster) {
    let samples = Array(design.rowOrder[cluster.rows])
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
      let level = pattern.factors[fine].levelOfRow[sample]
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
      let level = pattern.factors[factor].levelOfRow[sample]
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
    for sample in samples {
      for factor in pattern.factors.indices where factor != fine {
        let level = pattern.factors[factor].levelOfRow[sample]
        guard level >= 0, lastMet[factor][level] != index,
          case .coarse(_, let start)? = pattern.places[factor][level]
        else { continue }
        lastMet[factor][level] = index
        met.append((start, factor, level))
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
      for factor in pattern.factors.indices {
        let own = pattern.factors[factor].levelOfRow[sample]
        guard own >= 0, factor != fine || level >= 0 else { continue }
        if factor != fine, case .coarse(_, let start)? = pattern.places[factor][own] {
          pattern.entries.append(
            SparsePattern.RowEntry(
              column: start, slot: level >= 0 ? slots[factor][own] : -1, factor: factor,
              values: pattern.coarseValues.count))
        }
        for term in pattern.factors[factor].terms {
          let columns = design.scaledColumns[term]
          for a in 0..<columns.columns {
            if factor == fine {
              pattern.fineValues.append(columns[sample, a])
            } else {
              pattern.coarseValues.append(columns[sample, a])
            }
          }
        }
      }
      pattern.entryStarts.append(pattern.entries.count)
    }
  }
}
