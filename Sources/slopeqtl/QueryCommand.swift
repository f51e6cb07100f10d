import ArgumentParser
import Association
import BlockGzip
import Genotypes
import Results
import Tables

/// `slopeqtl query`: rows of a finished scan.
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract:
      "Print rows of a finished scan: of a gene, a variant or a region, or the first by p-value.",
    discussion: """
      Prints rows of PREFIX.pairs.tsv.gz with their header on standard output, as they stand in the \
      table, found through the indexes that the scan made. --gene, --variant and --region together \
      give the rows that fulfil all of them. --top gives the rows with the smallest pval_gi, the \
      smallest first; the scan keeps 10,000 of them in PREFIX.top.tsv.gz, and for more the whole table \
      is read.

      With --json the rows are an array of objects with the table's column names. Numbers have the \
      table's text, also below the smallest double; NA is null.

      Example:
        slopeqtl simulate --out cohort --donors 30 --genes 4
        slopeqtl scan --vcf cohort.vcf.gz --bed cohort.bed.gz \\
          --samples cohort.samples.tsv --cov cohort.covariates.txt --out scan
        slopeqtl query scan --top 10
      """)

  /// Rows by p-value that are held in memory at most.
  private static let topLimit = 10_000_000

  @Argument(
    help: ArgumentHelp("Prefix of the result, as --out of the scan.", valueName: "prefix"))
  var prefix: String

  @Option(help: ArgumentHelp("Only this gene.", valueName: "id"))
  var gene: String?

  @Option(help: ArgumentHelp("Only this variant.", valueName: "id"))
  var variant: String?

  @Option(
    help: ArgumentHelp("Only variants in this region.", valueName: "chr:from-to"),
    transform: GenomicRegion.parse)
  var region: GenomicRegion?

  @Option(help: ArgumentHelp("The rows with the smallest pval_gi.", valueName: "count"))
  var top: Int?

  @Flag(help: "Print an array of objects instead of a table.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    try RepeatedOptions.refuse(["--gene", "--variant", "--region", "--top"])
    let isNarrowed = gene != nil || variant != nil || region != nil
    guard isNarrowed || top != nil else {
      throw ValidationError("which rows? Expected --gene, --variant, --region or --top")
    }
    guard !isNarrowed || top == nil else {
      throw ValidationError(
        "--top is of the whole scan; expected it without --gene, --variant and --region")
    }
    if let top, top < 1 { throw ValidationError("--top \(top): expected 1 or more") }
    if let top, top > Self.topLimit {
      throw ValidationError(
        "--top \(top): expected up to \(Self.topLimit); for more sort the table itself")
    }
  }

  func run() throws {
    let observer = messages.observer()
    try reportingErrors {
      let result = try FinishedResult(prefix: prefix)
      let rows: any SelectedRows =
        if let top {
          try FirstPairs(top, in: result)
        } else {
          try PairSearch(PairQuery(gene: gene, variant: variant, region: region), in: result)
        }
      if let shard = result.manifest.shard?.shard {
        observer.note(
          "\(prefix) is shard \(shard.text) of a scan: rows of other shards' genes are not in it; join the "
            + "shards with slopeqtl merge")
      }
      for note in rows.notes { observer.note(note) }
      let count = try print(rows)
      if count == 0 {
        observer.note("no row of \(prefix) is of \(InputError.shortened(selection))")
      }
      if let top, let count, count < top {
        observer.note("only \(count) rows have a pval_gi")
      }
    }
  }

  /// What was asked for, in words.
  private var selection: String {
    let parts = [
      gene.map { "gene \($0)" }, variant.map { "variant \($0)" },
      region.map { region in
        "region \(region.chromosome)"
          + (region.from.map { ":\($0)" } ?? "") + (region.to.map { "-\($0)" } ?? "")
      },
    ]
    let words = parts.compactMap { $0 }
    return words.isEmpty ? "any p-value" : words.joined(separator: " and ")
  }

  /// Writes the rows.
  ///
  /// - Returns: how many; nil where the reader went away.
  private func print(_ rows: any SelectedRows) throws -> Int? {
    var text = TextBuffer(capacity: 1 << 17)
    var objects = RowObjects(columns: TableColumns(header: rows.header, path: prefix))
    if !json {
      text.append(rows.header)
      text.appendNewline()
    }
    var count = 0
    while try rows.withNext({ row in
      if json {
        objects.append(row, to: &text)
      } else {
        text.append(bytes: row)
        text.appendNewline()
      }
    }) {
      count += 1
      if text.count >= 1 << 16 {
        guard try StandardOutput.write(text) else { return nil }
        text.removeAll()
      }
    }
    if json { objects.appendEnd(to: &text) }
    return try StandardOutput.write(text) ? count : nil
  }
}
