import BlockGzip
import Cohort

/// What is in an expression file.
struct CheckedExpression: CheckReport {
  var kind = "bed"
  var path: String
  /// The sample sheet that told samples from leading columns, if one was given.
  var sheet: String?
  var leadingColumns: Int
  var samples: Int
  /// Samples that the sheet has a row for; nil without a sheet.
  var samplesInSheet: Int?
  var genes: Int
  var chromosomes: [String]
  var missingValues: Int
  var missingShare: Double
  var genesLackingSamples: Int
  var genesWithoutValues: Int
  var constantGenes: Int

  /// Reads the file through.
  ///
  /// - Parameter sheet: nil tells samples from leading columns by the header's names.
  init(path: String, sheet: SampleSheet?, requiresEndMarker: Bool) throws(InputError) {
    let known: Set<String>
    if let sheet {
      known = Set(sheet.sampleIDs)
    } else {
      known = Set(try Self.firstSample(path, requiresEndMarker))
    }
    let reader = try ExpressionReader(
      path: path, sheetSamples: known, requiresEndMarker: requiresEndMarker)
    self.path = path
    self.sheet = sheet?.path
    leadingColumns = reader.leadingColumns
    samples = reader.sampleIDs.count
    samplesInSheet = sheet.map { _ in reader.sampleIDs.count { known.contains($0) } }
    genes = 0
    chromosomes = []
    missingValues = 0
    genesLackingSamples = 0
    genesWithoutValues = 0
    constantGenes = 0
    let all = Array(reader.sampleIDs.indices)
    var values: [Double] = []
    while let gene = try reader.next(samples: all, into: &values) {
      genes += 1
      if chromosomes.last != gene.chromosome, !chromosomes.contains(gene.chromosome) {
        chromosomes.append(gene.chromosome)
      }
      let missing = values.count(where: \.isNaN)
      missingValues += missing
      let variation = GeneVariation(values)
      if variation == .withoutValues { genesWithoutValues += 1 }
      if variation == .constant { constantGenes += 1 }
      if missing > 0, missing < samples { genesLackingSamples += 1 }
    }
    missingShare = CheckText.share(missingValues, of: genes * samples)
  }

  /// The first header after the leading columns: the seventh where the sixth is a strand (as
  /// QTLtools has it), else the fifth (as tensorQTL has it).
  private static func firstSample(
    _ path: String, _ requiresEndMarker: Bool
  ) throws(InputError) -> [String] {
    let reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    guard let line = try reader.next() else { return [] }
    let header = String(decoding: line, as: UTF8.self)
      .split(separator: "\t", omittingEmptySubsequences: false)
    let isStrand = header.count > 5 && ["strand", "strd"].contains(header[5].lowercased())
    let leading = isStrand ? 6 : 4
    guard header.count > leading else {
      throw reader.error(
        "expression file without samples", found: "\(header.count) columns",
        expected: "\(leading) leading columns, then one column per sample",
        advice: "check that this is the right file")
    }
    return [String(header[leading])]
  }

  var lines: [String] {
    var lines = [
      CheckText.line("expression", path),
      CheckText.line(
        "leading columns",
        "\(leadingColumns)\(leadingColumns == 6 ? ", with strand" : "")"
          + (sheet == nil ? " (by their names; the sample sheet decides)" : "")),
      CheckText.line(
        "samples", "\(samples)" + (samplesInSheet.map { ", \($0) in the sample sheet" } ?? "")),
      CheckText.line("genes", genes),
      CheckText.line("chromosomes", CheckText.list(chromosomes)),
      CheckText.line("missing values", "\(missingValues) (\(CheckText.percent(missingShare)))"),
    ]
    let genes = [
      (genesLackingSamples, "lack some samples"), (genesWithoutValues, "have no value"),
      (constantGenes, "are constant"),
    ]
    for (count, what) in genes where count > 0 {
      lines.append(CheckText.line("", "\(count) genes \(what)"))
    }
    return lines
  }
}

/// A sample sheet and the expression file whose samples it lists.
struct CheckedPair: CheckReport {
  var kind = "bed_and_samples"
  var bed: CheckedExpression
  var samples: CheckedSheet

  var lines: [String] { bed.lines + [""] + samples.lines }
}
