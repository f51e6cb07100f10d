import ArgumentParser
import BlockGzip
import Longitudinal

/// Where `lag` finds two processes: in a table, or in an expression file and its sample sheet.
struct LagInputFlags: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The table, with a header line and a row per visit; or --bed and --samples.",
      valueName: "data"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Take two genes of this expression file (BED) instead of a table.", valueName: "file"))
  var bed: String?

  @Option(
    help: ArgumentHelp("With --bed: the sample sheet; donors are the subjects.", valueName: "file"))
  var samples: String?

  @Option(help: ArgumentHelp("Column (or gene) of the first process.", valueName: "col"))
  var x: String

  @Option(help: ArgumentHelp("Column (or gene) of the second process.", valueName: "col"))
  var y: String

  @Option(help: ArgumentHelp("Column of the subjects of a table.", valueName: "col"))
  var subject: String?

  @Option(
    help: ArgumentHelp(
      "Column of the times: of a table, or of the sample sheet. (default with --bed: time)",
      valueName: "col"))
  var time: String?

  @Option(
    help: ArgumentHelp(
      "Columns added to both equations, with commas; with --bed of the sample sheet.",
      valueName: "cols"))
  var covariates: String?

  private var covariateNames: [String] {
    (covariates ?? "").split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingSpaces
    }
  }

  /// The files that are read.
  var paths: [String] { [data, bed, samples].compactMap(\.self) }

  func validate() throws {
    if bed != nil {
      guard data == nil else {
        throw ValidationError("a table and --bed: expected one of them")
      }
      guard samples != nil else {
        throw ValidationError("--bed without --samples: expected the sample sheet")
      }
      guard subject == nil else {
        throw ValidationError("--subject with --bed: donors of the sample sheet are the subjects")
      }
    } else {
      guard data != nil else {
        throw ValidationError("no data: expected a table, or --bed and --samples")
      }
      guard samples == nil else {
        throw ValidationError("--samples without --bed: expected an expression file")
      }
      guard subject != nil, time != nil else {
        throw ValidationError("a table needs --subject COL and --time COL")
      }
    }
    let names =
      [x, y] + [subject, time].compactMap(\.self) + (covariates == nil ? [] : covariateNames)
    var seen: Set<String> = []
    for name in names {
      guard !name.isEmpty else {
        throw ValidationError("an empty name among --x, --y, --subject, --time, --covariates")
      }
      guard seen.insert(name).inserted else {
        throw ValidationError("'\(name)' stands for two things: expected different columns")
      }
    }
  }

  func rows() throws(InputError) -> LagRows {
    let covariates = covariates == nil ? [] : covariateNames
    if let bed, let samples {
      return try LagRows(
        bed: bed, samples: samples, x: x, y: y, covariates: covariates, timeColumn: time)
    }
    return try LagRows(
      path: data ?? "",
      names: LagRows.Names(
        x: x, y: y, subject: subject ?? "", time: time ?? "", covariates: covariates))
  }
}

extension Substring {
  /// Without spaces at its ends.
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
