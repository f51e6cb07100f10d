import ArgumentParser
import BlockGzip
import Tables

/// Flags of commands that report one model: where its tables and its document go.
struct ReportFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Write the model as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the table of coefficients.", valueName: "file"))
  var coefficients: String?

  @Option(
    help: ArgumentHelp(
      "Significant digits of tables, 1 to 17; 17 is the shortest text of the same double.",
      valueName: "k"))
  var digits = 17

  @Flag(help: "Print no summary and no warnings.")
  var quiet = false

  func validate() throws {
    guard (1...17).contains(digits) else {
      throw ValidationError("--digits \(digits): expected 1 to 17")
    }
  }

  /// Refuses outputs that would overwrite one another or an input.
  ///
  /// - Parameter others: outputs beside those of these flags.
  func check(outputs others: [String?], inputs: [String?]) throws {
    let outputs = ([json == "-" ? nil : json, coefficients] + others).compactMap(\.self)
    if outputs.contains("-") {
      throw ValidationError("'-': standard output is for --json alone; name a file")
    }
    try OutputFiles.check(outputs, inputs: inputs.compactMap(\.self))
  }

  /// Writes the files, then prints the summary or the document.
  func write(
    _ outputs: inout OutputFiles, document: [UInt8], warnings: [String], summary: () -> String
  ) throws {
    if !quiet { for warning in warnings { printNote("warning: \(warning)") } }
    if let json, json != "-" { outputs.add(document, to: json) }
    try outputs.write()
    if json == "-" {
      try StandardOutput.write(String(decoding: document, as: UTF8.self))
    } else if !quiet {
      try StandardOutput.write(summary())
    }
  }
}
