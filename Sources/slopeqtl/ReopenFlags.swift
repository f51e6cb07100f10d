import ArgumentParser
import Association
import BlockGzip
import Genotypes
import Glibc
import Results

/// Where the inputs of a finished scan lie now, if not where its manifest says.
struct ReopenFlags: ParsableArguments {
  @OptionGroup var genotypes: GenotypeFlags

  @Option(help: ArgumentHelp("Expression, if it was moved.", valueName: "file"))
  var bed: String?

  @Option(help: ArgumentHelp("Sample sheet, if it was moved.", valueName: "file"))
  var samples: String?

  @Option(
    name: [.customLong("cov"), .customLong("covariates")],
    help: ArgumentHelp("Covariates, if they were moved.", valueName: "file"))
  var cov: String?

  @Option(help: ArgumentHelp("Precision weights, if they were moved.", valueName: "file"))
  var weights: String?

  @Option(help: ArgumentHelp("Relationship matrix, if it was moved.", valueName: "file"))
  var kinship: String?

  /// Refuses a file to write that belongs to the result or is read for it.
  ///
  /// - Returns: all files that must not be written over.
  /// - Throws: `ValidationError`.
  @discardableResult
  func check(output: String, result: FinishedResult) throws -> Set<FileIdentity> {
    let files = files(of: result)
    guard !files.contains(FileIdentity(output)) else {
      throw ValidationError(
        "--out '\(output)' is a file of the result or of its scan; give another path")
    }
    return files
  }

  /// The files of a result and all that its scan read.
  ///
  /// Beside the inputs of the manifest these are all files that the scan's command names, and those
  /// that flags name, each with its index.
  private func files(of result: FinishedResult) -> Set<FileIdentity> {
    var read = result.manifest.inputs.map(\.path)
    for word in (result.manifest.scanCommand ?? []) + result.manifest.command {
      read.append(word)
      // --flag=path
      if let sign = word.firstIndex(of: "=") { read.append(String(word[sign...].dropFirst())) }
    }
    // The parts that a merge was of.
    read += result.manifest.command.flatMap { word in FinishedResult.suffixes.map { word + $0 } }
    if let origin = origin(of: result) {
      read += read.filter { !$0.hasPrefix("/") }.map { origin + $0 }
    }
    read += [bed, samples, cov, weights, kinship].compactMap { $0 }
    read += genotypes.input?.paths ?? []
    let there = read.flatMap { [$0, $0 + ".tbi", $0 + ".csi"] }.map(FileIdentity.init)
      .filter(\.isPresent)
    return Set(result.paths.map(FileIdentity.init) + there)
  }

  /// The scan that made the result; nil where the manifest's command is none.
  private func scanCommand(of result: FinishedResult) -> ScanCommand? {
    let words = result.manifest.scanCommand ?? result.manifest.command
    return words.firstIndex(of: "scan").flatMap {
      try? ScanCommand.parse(Array(words[($0 + 1)...]))
    }
  }

  /// Opens the inputs again.
  ///
  /// Paths that the scan's command has are relative to the folder it ran in: this one, or the one
  /// from which the `--out` of the command leads to the result.
  ///
  /// - Throws: `ScanFailure`, `InputError` where they are not the inputs of the scan.
  func reopen(_ result: FinishedResult, observer: any ScanObserver) throws -> ScanInputs {
    guard let command = scanCommand(of: result) else {
      throw InputError(
        "the manifest's command is no scan", path: result.prefix + ".manifest.json",
        found: (result.manifest.scanCommand ?? result.manifest.command).joined(separator: " "),
        expected: "slopeqtl scan …")
    }
    let home = home(of: result)
    var options = try inFolder(home) { try command.options() }
    options.resolve(from: home)
    apply(to: &options)
    options.shard = nil
    return try ReopenedInputs(
      result.manifest, options: options, folder: ScratchFolder.path, observer: observer
    ).inputs
  }

  /// The folder that the scan ran in, if its inputs are not to be found from this one.
  private func home(of result: FinishedResult) -> String? {
    let isHere = result.manifest.inputs.allSatisfy { access($0.path, R_OK) == 0 }
    return isHere ? nil : origin(of: result)
  }

  /// The folder that the command of the result ran in: the one from which its `--out` leads to the
  /// result; nil where none does. Parts that were merged are taken to have been made there too.
  private func origin(of result: FinishedResult) -> String? {
    let merge = result.manifest.command.firstIndex(of: "merge").flatMap {
      try? MergeCommand.parse(Array(result.manifest.command[($0 + 1)...]))
    }
    guard var out = (merge?.out ?? scanCommand(of: result)?.out)?[...] else { return nil }
    let prefix = absolutePath(result.prefix)
    while out.hasPrefix("./") { out = out.dropFirst(2) }
    guard !out.hasPrefix("/"), prefix.hasSuffix("/" + out) else { return nil }
    return String(prefix.dropLast(out.count))
  }

  /// Reads the lists of ids that the command names where they lay.
  private func inFolder<Value>(_ folder: String?, _ body: () throws -> Value) throws -> Value {
    guard let folder, let here = getcwd(nil, 0) else { return try body() }
    defer {
      _ = chdir(here)
      free(here)
    }
    _ = chdir(folder)
    return try body()
  }

  private func apply(to options: inout ScanOptions) {
    if let moved = genotypes.input { options.genotypes = moved }
    if let bed { options.cohort.bedPath = bed }
    if let samples { options.cohort.samplesPath = samples }
    if let cov { options.cohort.covariatesPath = cov }
    if let weights { options.weightsPath = weights }
    if let kinship { options.kinshipPath = kinship }
  }
}

extension ScanOptions {
  /// Makes the paths of all inputs those of a folder, where they are not absolute.
  fileprivate mutating func resolve(from folder: String?) {
    guard let folder else { return }
    func path(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
    genotypes =
      switch genotypes {
      case .vcf(let paths): .vcf(paths.map(path))
      case .dosages(let file): .dosages(path(file))
      case .bfile(let prefix): .bfile(path(prefix))
      case .pfile(let prefix): .pfile(path(prefix))
      }
    cohort.bedPath = path(cohort.bedPath)
    cohort.samplesPath = path(cohort.samplesPath)
    cohort.covariatesPath = cohort.covariatesPath.map(path)
    weightsPath = weightsPath.map(path)
    kinshipPath = kinshipPath.map(path)
  }
}

/// A path that holds in every folder.
private func absolutePath(_ path: String) -> String {
  guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return String(cString: folder) + "/" + path
}
