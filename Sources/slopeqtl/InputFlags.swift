import ArgumentParser
import BlockGzip
import Cohort
import Genotypes

extension DosageField: ExpressibleByArgument {}

/// The input files of a scan.
struct InputFlags: ParsableArguments {
  @OptionGroup var genotypes: GenotypeFlags

  @Option(
    help: ArgumentHelp(
      "Expression: BED with 4 or 6 leading columns, then one column per sample.",
      valueName: "file"))
  var bed: String

  @Option(
    help: ArgumentHelp(
      "Sample sheet: TSV with sample_id, donor_id, time and any further columns.",
      valueName: "file"))
  var samples: String

  @OptionGroup var join: JoinFlags

  var field: DosageField? { join.field }

  func validate() throws {
    guard genotypes.input != nil else {
      throw ValidationError("no genotypes: expected \(GenotypeFlags.names)")
    }
  }

  func cohortInputs(timeColumn: String?) throws(InputError) -> CohortInputs {
    try join.cohortInputs(bed: bed, samples: samples, timeColumn: timeColumn)
  }
}

/// What is read from a scan's input files, and how they are joined.
struct JoinFlags: ParsableArguments {
  @Option(
    help: "The FORMAT field dosages come from, DS or GT. (default: DS where present, else GT)")
  var field: DosageField?

  @Option(
    name: [.customLong("cov"), .customLong("covariates")],
    help: ArgumentHelp("Covariates, by donor or sample, in either orientation.", valueName: "file"))
  var cov: String?

  @Option(
    help: ArgumentHelp(
      "What becomes of expression samples that other files lack: strict refuses them.",
      valueName: "policy"))
  var ids = IDPolicyFlag.strict

  @Option(
    help: ArgumentHelp(
      "What becomes of samples without a covariate.", valueName: "policy"))
  var missingCovariates = MissingPolicyFlag.refuse

  @Option(help: ArgumentHelp("Use only the samples listed, one id a line.", valueName: "file"))
  var keepSamples: String?

  @Option(help: ArgumentHelp("Use only the donors listed, one id a line.", valueName: "file"))
  var keepDonors: String?

  @Flag(
    help: "Accept BGZF files that lack their end-of-file block, as files that lost their end do.")
  var allowNoEof = false

  func cohortInputs(
    bed: String, samples: String, timeColumn: String?
  ) throws(InputError) -> CohortInputs {
    CohortInputs(
      bedPath: bed, samplesPath: samples, covariatesPath: cov, timeColumn: timeColumn,
      ids: ids == .strict ? .strict : .intersect,
      missingCovariates: missingCovariates == .refuse ? .refuse : .drop,
      keepSamples: try keepSamples.map(IDList.read), keepDonors: try keepDonors.map(IDList.read),
      requiresEndMarker: !allowNoEof)
  }
}

/// `--ids`.
enum IDPolicyFlag: String, ExpressibleByArgument, CaseIterable {
  case strict, intersect
}

/// `--missing-covariates`.
enum MissingPolicyFlag: String, ExpressibleByArgument, CaseIterable {
  case refuse, drop
}

/// Lists of ids; blanks around an id do not count.
enum IDList {
  /// Ids separated by commas.
  static func ids(in text: String) -> Set<String> {
    Set(text.split(separator: ",").map(trimmed).filter { !$0.isEmpty })
  }

  /// The ids of a file with one a line.
  static func read(_ path: String) throws(InputError) -> Set<String> {
    let reader = try LineReader(path: path)
    var ids: Set<String> = []
    while let line = try reader.next() {
      let text = trimmed(Substring(decoding: line, as: UTF8.self))
      if !text.isEmpty { ids.insert(text) }
    }
    guard !ids.isEmpty else {
      throw InputError("no ids in the file", path: path, expected: "one id a line")
    }
    return ids
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
