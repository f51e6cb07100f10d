import BlockGzip
import Cohort

/// Relationship matrices: text, or GCTA's ids and triangle with `PlinkInput.mark` between them.
enum RelationshipTarget: FuzzTarget {
  /// A reading, written again as a square table.
  struct Reading: Equatable {
    var values: [Double]

    init(path: String) throws {
      values = try RelationshipTable(path: path, donorIDs: donors).values
      let n = donors.count
      try require(values.count == n * n, "\(values.count) values of \(n) donors")
      try require(values.allSatisfy(\.isFinite), "values \(values)")
      for row in 0..<n {
        for column in 0..<row {
          try require(values[row * n + column] == values[column * n + row], "values \(values)")
        }
      }
    }

    var text: String {
      let rows = donors.indices.map { row in
        ([donors[row]] + donors.indices.map { "\(values[row * donors.count + $0])" })
          .joined(separator: "\t") + "\n"
      }
      return "id\t" + donors.joined(separator: "\t") + "\n" + rows.joined()
    }
  }

  static let name = "relationship"
  static let donors = ["d1", "d2", "d3"]
  static let words = [
    "d1\t", "d2\t", " d3", "\t0.5", "1e-3", "nan", "inf", "NA", "\r\n", "id\t", "\u{1E}", "0x1p3",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    let texts = [
      "id\td3\td1\td2\nd1\t0\t1\t0.5\nd2\t0.25\t0.5\t1.01\nd3\t0.98\t0\t0.25\n",
      "d1 d2 d3 x\r\nd1 1 0 0 0\r\nd2 0 1 0 0\r\nd3 0 0 1 0\r\n",
      "d1\td1\t1\nd1\td2\t-0.01\nd2\td2\t1\nd3\td3\t0.9\n",
      "one two value\nd1 d1 1\nd2 d2 1\nd3 d3 1e0",
    ]
    let triangle: [Float] = [1, 0.5, 1.25, 0, -0.125, 0.75]
    let bytes = triangle.flatMap { value in
      (0..<4).map { UInt8((value.bitPattern >> ($0 * 8)) & 255) }
    }
    return texts.map { Array($0.utf8) }
      + [Array("F\td1\nF\td2\nF\td3\n".utf8) + [PlinkInput.mark] + bytes]
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path: String
    if let mark = input.firstIndex(of: PlinkInput.mark) {
      _ = try folder.write(Array(input[..<mark]), to: "input.grm.id")
      path = try folder.write(Array(input[(mark + 1)...]), to: "input.grm.bin")
    } else {
      path = try folder.write(input)
    }
    let reading = try Outcome { try Reading(path: path) }
    guard let value = reading.value else { return }
    let copy = try folder.write(text: value.text, to: "copy.tsv")
    try requireSame(reading, try Outcome { try Reading(path: copy) }, "written again")
  }
}
