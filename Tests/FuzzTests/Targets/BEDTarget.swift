import BlockGzip
import Cohort

/// Expression tables.
enum BEDTarget: FuzzTarget {
  /// A gene as read.
  struct Row: Equatable {
    var gene: Gene
    /// By sample in file order; nil where missing.
    var values: [Double?]
  }

  struct Reading: Equatable {
    var samples: [String]
    var leadingColumns: Int
    var rows: [Row] = []

    init(path: String, isReversed: Bool) throws {
      let reader = try ExpressionReader(path: path, sheetSamples: Set(CohortSeeds.samples))
      samples = reader.sampleIDs
      leadingColumns = reader.leadingColumns
      try require(Set(samples).count == samples.count, "samples \(samples)")
      let order = isReversed ? Array(samples.indices.reversed()) : Array(samples.indices)
      var values: [Double] = []
      while let gene = try reader.next(samples: order, into: &values) {
        try require(values.count == order.count, "\(values.count) values")
        try require(!values.contains { $0.isInfinite }, "values \(values)")
        try require(gene.start >= 0 && gene.end >= gene.start && !gene.id.isEmpty, "\(gene)")
        let inOrder = isReversed ? values.reversed() : values
        rows.append(Row(gene: gene, values: inOrder.map { $0.isNaN ? nil : $0 }))
      }
      try require(Set(rows.map(\.gene.id)).count == rows.count, "genes twice")
    }

    /// The same table as text.
    var text: String {
      let names = ["#chr", "start", "end", "id", "x", "strand"].prefix(leadingColumns) + samples
      let lines = rows.map { row in
        let gene = row.gene
        let strand =
          switch gene.strand {
          case .forward: "+"
          case .reverse: "-"
          case .unknown: "."
          }
        let leading = [gene.chromosome, "\(gene.start)", "\(gene.end)", gene.id, ".", strand]
        return leading.prefix(leadingColumns) + row.values.map { $0.map { "\($0)" } ?? "NA" }
      }
      return ([names] + lines).map { $0.joined(separator: "\t") + "\r\n" }.joined()
    }
  }

  static let name = "bed"
  static let words = [
    "#chr\tstart\tend\tid\t", "\tx\tstrand\t", "\ts1", "\ts2", "\tNA", "1e-300", "inf", "nan",
    "\t+\t", "\t-\t", "\r\n", "\u{FEFF}", ",",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [CohortSeeds.bed, CohortSeeds.strandedBED].map { Array($0.utf8) }
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    let reading = try Outcome { try Reading(path: path, isReversed: false) }
    guard let value = reading.value, isText(input) else { return }
    // Which of two faults of a row is met first depends on the order, so that only what was read is
    // compared.
    try requireSame(
      reading, try Outcome { try Reading(path: path, isReversed: true) }, "with samples reversed")
    let copy = try folder.write(text: value.text, to: "copy.bed")
    try requireSame(
      reading, try Outcome { try Reading(path: copy, isReversed: false) }, "written again")
  }
}
