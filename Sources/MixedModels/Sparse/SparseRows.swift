/// The rows of Z in the order of a sparse pattern, each a list of columns and values.
struct SparseRows: Sendable {
  private var starts: [Int] = [0]
  private var columns: [Int] = []
  private var values: [Double] = []
  private let columnCount: Int

  init(_ pattern: SparsePattern) {
    columnCount = pattern.columnCount
    for cluster in pattern.clusters {
      for level in pattern.levels[cluster.levels] {
        for (place, row) in level.rows.enumerated() {
          for a in 0..<level.columnCount {
            columns.append(level.column + a)
            values.append(pattern.fineValues[level.values + place * level.columnCount + a])
          }
          addEntries(of: row, cluster, pattern)
        }
      }
      for row in cluster.looseRows { addEntries(of: row, cluster, pattern) }
    }
  }

  private mutating func addEntries(
    of row: Int, _ cluster: SparsePattern.Cluster, _ pattern: SparsePattern
  ) {
    for entry in pattern.entries[pattern.entryStarts[row]..<pattern.entryStarts[row + 1]] {
      for a in 0..<pattern.factors[entry.factor].columnCount {
        columns.append(cluster.coarseColumn + entry.column + a)
        values.append(pattern.coarseValues[entry.values + a])
      }
    }
    starts.append(columns.count)
  }

  /// sums += Zb, one number a row.
  func add(_ b: UnsafePointer<Double>, to sums: inout [Double]) {
    precondition(sums.count == starts.count - 1)
    starts.withUnsafeBufferPointer { starts in
      columns.withUnsafeBufferPointer { columns in
        values.withUnsafeBufferPointer { values in
          sums.withUnsafeMutableBufferPointer { sums in
            // Safe: a row's entries lie between its start and the next; columns are below the count.
            for row in sums.indices {
              var sum = sums[row]
              for k in starts[row]..<starts[row &+ 1] { sum += values[k] * b[columns[k]] }
              sums[row] = sum
            }
          }
        }
      }
    }
  }

  /// Z'k, one number a column.
  func transposed(_ k: [Double]) -> [Double] {
    precondition(k.count == starts.count - 1)
    var sums = [Double](repeating: 0, count: columnCount)
    starts.withUnsafeBufferPointer { starts in
      columns.withUnsafeBufferPointer { columns in
        values.withUnsafeBufferPointer { values in
          sums.withUnsafeMutableBufferPointer { sums in
            for row in k.indices {
              let value = k[row]
              for entry in starts[row]..<starts[row &+ 1] {
                sums[columns[entry]] += values[entry] * value
              }
            }
          }
        }
      }
    }
    return sums
  }
}
