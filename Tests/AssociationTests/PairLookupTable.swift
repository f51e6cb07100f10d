import BlockGzip
import Distributions
import TestSupport

@testable import Association

/// A table of pairs with made-up rows, and what its side files must say of it.
struct PairLookupTable {
  struct Row {
    var chromosome: Int
    var position: Int
    var variant: String
    var gene: Int
    var pValue: String
    /// Orders p-values: the decimal logarithm, by another way than the program's.
    var log10P: Double?

    var text: String {
      var cells = ["chr\(chromosome)", "\(position)", variant, "A", "C", "gene\(gene)"]
      cells += [String](repeating: "0.5", count: 16)
      cells.append(pValue)
      return (cells + [String](repeating: "1.25e-07", count: 6) + ["ok"]).joined(separator: "\t")
    }
  }

  static let header = PairColumns().header
  let rows: [Row]

  init(rows: [Row]) { self.rows = rows }

  /// Rows in the order of a table: several chromosomes, positions with several variants, variants with
  /// the same id at several positions, p-values with ties, without a value, and below any double.
  init(count: Int, genes: Int, seed: UInt64) {
    var random = RandomNumbers(seed: seed)
    var rows: [Row] = []
    var position = 1
    var chromosome = 0
    while rows.count < count {
      position += random.integer(below: 3000)
      if random.integer(below: 200) == 0 {
        chromosome += 1
        position = random.integer(below: 2)
      }
      let variants = (0...random.integer(below: 3)).map { _ in
        "v\(random.integer(below: 2 * count))"
      }
      for gene in 0..<genes where random.integer(below: 2) == 0 {
        for variant in variants {
          let (text, log10P) = Self.pValue(&random)
          rows.append(
            Row(
              chromosome: chromosome, position: position, variant: variant, gene: gene,
              pValue: text, log10P: log10P))
        }
      }
    }
    self.rows = rows
  }

  private static func pValue(_ random: inout RandomNumbers) -> (String, Double?) {
    let digit = 1 + random.integer(below: 9)
    let logDigit = [0, 0.301, 0.477, 0.602, 0.699, 0.778, 0.845, 0.903, 0.954][digit - 1]
    switch random.integer(below: 8) {
    case 0: return ("NA", nil)
    case 1: return ("\(digit)e-400", logDigit - 400)
    case 2: return ("\(digit)e-05", logDigit - 5)
    case 3: return ("1", 0)
    case 4: return ("0", -Double.infinity)
    case 5: return ("0.00\(digit)", logDigit - 3)
    case 6:
      let exponent = 290 + random.integer(below: 20)
      return ("\(digit)e-\(exponent)", logDigit - Double(exponent))
    default: return ("0.\(digit)", logDigit - 1)
    }
  }

  /// Hands the rows, with their line ends, to `body`.
  func forEach(
    _ body: (UnsafeRawBufferPointer, Row) throws -> Void
  ) throws {
    for row in rows {
      var text = row.text + "\n"
      try text.withUTF8 { try body(UnsafeRawBufferPointer($0), row) }
    }
  }
}
