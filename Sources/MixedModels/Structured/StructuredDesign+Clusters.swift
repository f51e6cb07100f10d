import LinearAlgebra

/// How samples are split into clusters.
extension StructuredDesign {
  /// Samples by cluster, clusters by their first sample, samples in their order; and where clusters
  /// begin.
  static func connectedRows(
    _ terms: [RandomTerm], serial: SerialCorrelation?, count: Int
  ) -> (members: [Int], starts: [Int]) {
    var sets = DisjointSets(count: count)
    if let serial {
      var firstRow: [Int: Int] = [:]
      for (row, subject) in serial.subjectOfRow.enumerated() {
        if let first = firstRow[subject] { sets.join(first, row) } else { firstRow[subject] = row }
      }
    }
    for term in terms {
      var firstRow = [Int](repeating: -1, count: term.levelCount)
      for (row, level) in term.levelOfRow.enumerated() where level >= 0 {
        if firstRow[level] < 0 { firstRow[level] = row } else { sets.join(firstRow[level], row) }
      }
      guard let factor = term.relationship else { continue }
      // Levels that share a direction of the relationship covary.
      for direction in 0..<factor.columns {
        let related = (0..<term.levelCount).filter {
          firstRow[$0] >= 0 && factor[$0, direction] != 0
        }
        for level in related.dropFirst() { sets.join(firstRow[related[0]], firstRow[level]) }
      }
    }
    return sets.flattened
  }

  /// Columns of Z of every cluster, for terms without a relationship matrix.
  static func columnCounts(_ terms: [RandomTerm], rowOrder: [Int], starts: [Int]) -> [Int] {
    var counts = [Int](repeating: 0, count: starts.count - 1)
    for term in terms {
      var isPresent = [Bool](repeating: false, count: term.levelCount)
      for cluster in counts.indices {
        for row in starts[cluster]..<starts[cluster + 1] {
          let level = term.levelOfRow[rowOrder[row]]
          guard level >= 0, !isPresent[level] else { continue }
          isPresent[level] = true
          counts[cluster] += term.columns.columns
        }
      }
    }
    return counts
  }

  /// What clusters are made with, of one term: a level's rows are of one cluster.
  struct LevelPlaces {
    /// By level: the columns its value goes to, with its factor.
    var targets: [[Cluster.Entry]]
    var isPresent: [Bool]

    init(levelCount: Int) {
      targets = [[Cluster.Entry]](repeating: [], count: levelCount)
      isPresent = [Bool](repeating: false, count: levelCount)
    }

    /// The levels of some samples, ascending.
    mutating func present(_ samples: [Int], in term: RandomTerm) -> [Int] {
      var levels: [Int] = []
      for sample in samples {
        let level = term.levelOfRow[sample]
        guard level >= 0, !isPresent[level] else { continue }
        isPresent[level] = true
        levels.append(level)
      }
      return levels.sorted()
    }
  }

  static func cluster(
    of samples: [Int], rows: Range<Int>, terms: [RandomTerm], scaled: [Matrix],
    places: inout [LevelPlaces]
  ) -> Cluster {
    var offset = 0
    var levels: [[Int]] = []
    for (index, term) in terms.enumerated() {
      let q = term.columns.columns
      let present = places[index].present(samples, in: term)
      var starts: [Int] = []
      if let factor = term.relationship {
        for direction in 0..<factor.columns {
          let used = present.filter { factor[$0, direction] != 0 }
          guard !used.isEmpty else { continue }
          for level in used {
            places[index].targets[level].append(
              Cluster.Entry(column: offset, value: factor[level, direction]))
          }
          starts.append(offset)
          offset += q
        }
      } else {
        for level in present {
          places[index].targets[level] = [Cluster.Entry(column: offset, value: 1)]
          starts.append(offset)
          offset += q
        }
      }
      levels.append(starts)
    }
    var entries: [Cluster.Entry] = []
    var rowStarts = [0]
    for sample in samples {
      for (index, term) in terms.enumerated() where term.levelOfRow[sample] >= 0 {
        for target in places[index].targets[term.levelOfRow[sample]] {
          for a in 0..<term.columns.columns {
            entries.append(
              Cluster.Entry(
                column: target.column + a, value: target.value * scaled[index][sample, a]))
          }
        }
      }
      rowStarts.append(entries.count)
    }
    return Cluster(
      rows: rows, columnCount: offset, entries: entries, rowStarts: rowStarts, levels: levels)
  }
}
