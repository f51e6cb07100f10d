import BlockGzip
import Foundation
import Testing

/// `slopeqtl query` against the whole table, read and filtered.
@Suite struct QueryTests {
  private func makeScan(isTrans: Bool = false) throws -> SplitScan {
    isTrans
      ? try SplitScan(genes: 6, variants: 300, flags: ["--trans", "--pval-threshold", "0.5"])
      : try SplitScan(genes: 8, variants: 600)
  }

  /// The lines that a query prints.
  private func query(
    _ arguments: [String], of scan: SplitScan, prefix: String = "whole"
  ) throws -> [String] {
    let result = try Command.slopeqtl(["query", prefix] + arguments, in: scan.folder)
    #expect(result.exitCode == 0, "\(arguments)\n\(result.errors)")
    #expect(result.output.hasSuffix("\n"))
    return result.output.split(separator: "\n").map(String.init)
  }

  /// The header, and the rows of the table that `keeps`.
  private func expected(
    of scan: SplitScan, _ keeps: (ResultTable.Row) -> Bool
  ) throws -> [String] {
    let table = try ResultTable(path: scan.folder.path("whole.pairs.tsv.gz"))
    return [table.header.joined(separator: "\t")]
      + zip(table.rows, table.lines).filter { keeps($0.0) }.map(\.1)
  }

  @Test(arguments: [false, true])
  func `genes, variants and regions have the rows of the whole table`(isTrans: Bool) throws {
    let scan = try makeScan(isTrans: isTrans)
    let rows = try ResultTable(path: scan.folder.path("whole.pairs.tsv.gz")).rows
    #expect(rows.count > 300)
    for gene in Set(rows.map { $0["phenotype_id"] }) {
      let found = try query(["--gene", gene], of: scan)
      #expect(found == (try expected(of: scan) { $0["phenotype_id"] == gene }))
    }
    for row in stride(from: 0, to: rows.count, by: 97).map({ rows[$0] }) {
      let (gene, variant) = (row["phenotype_id"], row["variant_id"])
      let found = try query(["--variant", variant], of: scan)
      #expect(found == (try expected(of: scan) { $0["variant_id"] == variant }))
      let pair = try query(["--variant", variant, "--gene", gene], of: scan)
      #expect(pair == (try expected(of: scan) { $0.pair == row.pair }))
    }
    for (chromosome, region, positions) in [
      ("chr1", "chr1:200000-400000", 200_000...400_000), ("chr2", "2", 0...Int.max),
      ("chr3", "chr3:500,000", 500_000...Int.max), ("chr1", "1:1-1", 1...1),
    ] {
      func isWithin(_ row: ResultTable.Row) -> Bool {
        row["#chrom"] == chromosome && positions.contains(Int(row["pos"]) ?? -1)
      }
      #expect(try query(["--region", region], of: scan) == expected(of: scan, isWithin))
      let gene = rows[0]["phenotype_id"]
      #expect(
        try query(["--region", region, "--gene", gene], of: scan)
          == expected(of: scan) { isWithin($0) && $0["phenotype_id"] == gene })
    }
  }

  @Test(arguments: [false, true], [1, 25, 1_000_000])
  func `the first rows are those of the table sorted by p-value`(isTrans: Bool, count: Int) throws {
    let scan = try makeScan(isTrans: isTrans)
    let table = try ResultTable(path: scan.folder.path("whole.pairs.tsv.gz"))
    let sorted = zip(table.rows, table.lines).filter { $0.0["pval_gi"] != "NA" }
      .sorted { $0.0.number("pval_gi") < $1.0.number("pval_gi") }
    let found = try query(["--top", "\(count)"], of: scan)
    #expect(Array(found.dropFirst()) == sorted.prefix(count).map(\.1))
  }

  @Test func `objects have the table's numbers`() throws {
    let scan = try makeScan()
    let table = try ResultTable(path: scan.folder.path("whole.pairs.tsv.gz"))
    let gene = table.rows[0]["phenotype_id"]
    let text = try query(["--gene", gene, "--json"], of: scan).joined(separator: "\n")
    let objects = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    let rows = table.rows.filter { $0["phenotype_id"] == gene }
    #expect(objects.count == rows.count)
    for (object, row) in zip(objects, rows) {
      #expect(object.count == table.header.count)
      #expect(object["chrom"] as? String == row["#chrom"])
      #expect(object["status"] as? String == row["status"])
      #expect(object["pval_gi"] as? Double == Double(row["pval_gi"]))
      if row["cor_intercept_slope"] == "NA" { #expect(object["cor_intercept_slope"] is NSNull) }
    }
    #expect(try query(["--region", "chr1:1-1", "--json"], of: scan) == ["[]"])
  }

  @Test func `a result without the files that find rows is read through`() throws {
    let scan = try makeScan()
    let folder = scan.folder
    for suffix in ["pairs.tsv.gz", "pairs.tsv.gz.tbi", "genes.tsv.gz"] {
      try folder.bytes("whole.\(suffix)").write(
        to: URL(fileURLWithPath: folder.path("old.\(suffix)")))
    }
    var manifest = try #require(
      try JSONSerialization.jsonObject(with: folder.bytes("whole.manifest.json")) as? [String: Any])
    let outputs = try #require(manifest["outputs"] as? [[String: Any]])
    manifest["outputs"] = outputs.filter {
      ![".top.tsv.gz", ".pairs.idx"].contains($0["suffix"] as? String)
    }
    try JSONSerialization.data(withJSONObject: manifest).write(
      to: URL(fileURLWithPath: folder.path("old.manifest.json")))
    for question in [[], ["--region", "chr1:1-1"]] {
      let absent = try Command.slopeqtl(
        ["query", "old", "--variant", "nonesuch"] + question, in: folder)
      #expect(absent.exitCode == 65 && absent.output.isEmpty)
      #expect(absent.missing(["no row of that variant", "'nonesuch'"]) == [])
    }
    let variant = try ResultTable(path: folder.path("whole.pairs.tsv.gz")).rows[40]["variant_id"]
    for question in [["--variant", variant], ["--top", "30"]] {
      let result = try Command.slopeqtl(["query", "old"] + question, in: folder)
      #expect(result.exitCode == 0 && result.errors.contains("is read through"))
      #expect(result.output == (try query(question, of: scan).joined(separator: "\n") + "\n"))
    }
  }

  /// A question without an answer.
  struct Refused: Sendable {
    var question: [String]
    var exitCode: Int32
    var words: [String]

    init(_ question: [String], _ exitCode: Int32, _ words: [String]) {
      self.question = question
      self.exitCode = exitCode
      self.words = words
    }
  }

  private static let refused = [
    Refused(
      ["--gene", "nothing"], 65, ["genes.tsv.gz", "no gene of that name", "'nothing'", "such as"]),
    Refused(["--variant", "rs0"], 65, ["no row of that variant", "'rs0'", "such as"]),
    Refused(["--region", "chr9:1-5"], 65, ["no row is on that chromosome", "chr1, chr2, chr3"]),
    Refused([], 64, ["--gene, --variant, --region or --top"]),
    Refused(["--top", "10000001"], 64, ["expected up to 10000000"]),
    Refused(["--top", "0"], 64, ["expected 1 or more"]),
    Refused(["--top", "3", "--gene", "g"], 64, ["without --gene"]),
    Refused(["--region", "chr1:9-5"], 64, ["region"]),
  ]

  @Test(arguments: refused)
  func `questions that have no answer are refused`(_ refused: Refused) throws {
    let scan = try makeScan()
    let result = try Command.slopeqtl(["query", "whole"] + refused.question, in: scan.folder)
    #expect(result.exitCode == refused.exitCode)
    #expect(result.output.isEmpty)
    #expect(result.missing(refused.words) == [], "\(result.errors)")
  }

  @Test func `a prefix without a result is refused`() throws {
    let result = try Command.slopeqtl(["query", "absent", "--top", "1"], in: ScratchFolder())
    #expect(result.exitCode == 66)
    #expect(result.missing(["absent.manifest.json", "no finished scan"]) == [])
  }

  @Test func `where rows are possible but none are there the header is printed with a note`() throws
  {
    let scan = try makeScan()
    let result = try Command.slopeqtl(["query", "whole", "--region", "chr1:1-1"], in: scan.folder)
    #expect(result.exitCode == 0)
    #expect(result.output == (try expected(of: scan) { _ in false }[0] + "\n"))
    #expect(result.missing(["no row of whole", "chr1:1-1"]) == [])
  }

  /// What is damaged, and the question that meets it.
  @Test(arguments: [
    ("top.tsv.gz", ["--top", "5"]), ("pairs.idx", ["--variant", "v"]),
    ("pairs.tsv.gz.tbi", ["--region", "chr1"]), ("pairs.tsv.gz", ["--region", "chr1:1-5"]),
  ])
  func `damaged and missing files are refused by name`(
    suffix: String, question: [String]
  ) throws {
    let scan = try SplitScan(genes: 4, variants: 150)
    let url = URL(fileURLWithPath: scan.folder.path("whole.\(suffix)"))
    let whole = try scan.folder.bytes("whole.\(suffix)")
    func refusal() throws -> (code: Int32, isNamed: Bool) {
      let result = try Command.slopeqtl(["query", "whole"] + question, in: scan.folder)
      return (result.exitCode, result.errors.contains("whole.\(suffix)"))
    }
    try whole.prefix(whole.count - 28).write(to: url)
    #expect(try refusal() == (65, true))
    if suffix == "top.tsv.gz" || suffix == "pairs.idx" {
      var changed = whole
      changed[whole.count / 2] ^= 1
      try changed.write(to: url)
      #expect(try refusal() == (65, true))
    }
    try FileManager.default.removeItem(at: url)
    #expect(try refusal() == (66, true))
  }

  @Test func `a reader that goes away is no error`() throws {
    let scan = try makeScan()
    let result = try Command.shell(
      "slopeqtl query whole --region 1 | head -n 1 > first; echo ${PIPESTATUS[0]}", in: scan.folder)
    #expect(result.output == "0\n", "\(result.errors)")
  }
}
