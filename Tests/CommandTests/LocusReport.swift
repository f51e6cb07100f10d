import Foundation
import Testing

/// What `slopeqtl locus --json` says.
struct LocusReport {
  let object: [String: Any]
  let rows: [[String: Any]]

  /// Looks at one gene of the files in a folder.
  init(
    _ gene: String, _ flags: [String] = [], inputs: [String] = CohortFiles.inputs,
    in folder: ScratchFolder
  ) throws {
    let result = try Command.slopeqtl(
      ["locus", "--gene", gene, "--json", "-", "--quiet"] + inputs + flags, in: folder)
    guard result.exitCode == 0 else { throw CohortFiles.Failure(text: result.errors) }
    let parsed = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    object = try #require(parsed as? [String: Any])
    rows = try #require(object["pairs"] as? [[String: Any]])
  }

  /// Compares all rows with those of a scan with `--digits 17`, to 1e-9 of the larger of both.
  ///
  /// - Returns: how many there are.
  func expectRows(of scan: ResultTable, gene: String) throws -> Int {
    let expected = scan.rows.filter { $0["phenotype_id"] == gene }
    #expect(rows.count == expected.count)
    for (row, other) in zip(rows, expected) {
      for name in scan.header.map({ $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }) {
        let text = other[name].isEmpty ? other["#" + name] : other[name]
        switch row[name] {
        case let value as String: #expect(value == text, "\(other.pair) \(name)")
        case let value as Double:
          let number = try #require(Double(text), "\(other.pair) \(name) \(text)")
          let size = max(abs(value), abs(number))
          #expect(abs(value - number) <= 1e-9 * size, "\(other.pair) \(name)")
        default: #expect(text == "NA", "\(other.pair) \(name)")
        }
      }
    }
    return rows.count
  }

  /// An object of the document.
  func part(_ name: String) throws -> [String: Any] {
    try #require(object[name] as? [String: Any])
  }

  /// Coefficients of the model by term.
  func coefficients() throws -> [String: [String: Any]] {
    let list = try #require(try part("model")["fixed_effects"] as? [[String: Any]])
    return Dictionary(list.map { ($0["term"] as? String ?? "", $0) }) { first, _ in first }
  }
}
