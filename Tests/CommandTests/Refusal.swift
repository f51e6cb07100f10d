import Foundation
import Testing

/// Input or flags that a scan refuses: how they are made, and what is said about them.
struct Refusal: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The exit code, as sysexits.h numbers them.
  var exitCode: Int32 = 65
  var flags: [String] = []
  /// Flags that name the input files.
  var inputs = CohortFiles.inputs
  /// What standard error must hold: the file and line, what was found and expected, the way out.
  let words: [String]
  /// Spoils the cells of a good cohort.
  var cells: @Sendable (inout CohortFiles) -> Void = { _ in }
  /// Spoils the written files.
  var files: @Sendable (ScratchFolder) throws -> Void = { _ in }

  init(
    _ name: String, exitCode: Int32 = 65, flags: [String] = [],
    inputs: [String] = CohortFiles.inputs, words: [String],
    cells: @escaping @Sendable (inout CohortFiles) -> Void = { _ in },
    files: @escaping @Sendable (ScratchFolder) throws -> Void = { _ in }
  ) {
    testDescription = name
    self.exitCode = exitCode
    self.flags = flags
    self.inputs = inputs
    self.words = words
    self.cells = cells
    self.files = files
  }

  /// The scan must end with the exit code and the words, and leave nothing behind.
  func check() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    cells(&cohort)
    try cohort.write(to: folder)
    try files(folder)
    let result = try Command.slopeqtl(
      ["scan"] + inputs + CohortFiles.everyPair + ["--out", "result"] + flags, in: folder)
    #expect(result.exitCode == exitCode, "\(result.errors)")
    #expect(result.missing(words) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(folder.names(startingWith: "result") == [])
  }
}
