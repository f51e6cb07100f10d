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

  /// Opens the inputs again.
  ///
  /// Paths that the scan's command has are relative to the folder it ran in: this one, or the one
  /// that its `--out` leads from to the result.
  ///
  /// - Throws: `ScanFailure`, `InputError` where they are not the inputs of the scan.
  func reopen(_ result: FinishedResult, observer: any ScanObserver) throws -> ScanInputs {
    let words = result.manifest.scanCommand ?? result.manifest.command
    guard let place = words.firstIndex(of: "scan"),
      let command = try? ScanCommand.parse(Array(words[(place + 1)...]))
    else {
      throw InputError(
        "the manifest's command is no scan", path: result.prefix + ".manifest.json",
        found: words.joined(separator: " "), expected: "slopeqtl scan …")
    }
    let moved = moved
    return try inFolder(of: command, result: result) {
      var options = try command.options()
      moved.apply(to: &options)
      options.shard = nil
      return try ReopenedInputs(
        result.manifest, options: options, folder: ScratchFolder.path, observer: observer
      ).inputs
    }
  }

  /// The paths given, whatever folder is entered later.
  private var moved: MovedInputs {
    MovedInputs(
      genotypes: genotypes.absolute, bed: bed.map(absolutePath), samples: samples.map(absolutePath),
      covariates: cov.map(absolutePath), weights: weights.map(absolutePath),
      kinship: kinship.map(absolutePath))
  }

  /// Works in the folder that the scan ran in, as far as it can be told.
  private func inFolder<Value>(
    of command: ScanCommand, result: FinishedResult, _ body: () throws -> Value
  ) throws -> Value {
    let isHere = result.manifest.inputs.allSatisfy { access($0.path, R_OK) == 0 }
    let prefix = absolutePath(result.prefix)
    guard !isHere, !command.out.hasPrefix("/"), prefix.hasSuffix("/" + command.out),
      let home = getcwd(nil, 0)
    else { return try body() }
    defer {
      _ = chdir(home)
      free(home)
    }
    _ = chdir(String(prefix.dropLast(command.out.count)))
    return try body()
  }
}

/// Inputs of a scan that lie elsewhere now.
private struct MovedInputs {
  var genotypes: GenotypeInput?
  var bed: String?
  var samples: String?
  var covariates: String?
  var weights: String?
  var kinship: String?

  func apply(to options: inout ScanOptions) {
    if let genotypes { options.genotypes = genotypes }
    if let bed { options.cohort.bedPath = bed }
    if let samples { options.cohort.samplesPath = samples }
    if let covariates { options.cohort.covariatesPath = covariates }
    if let weights { options.weightsPath = weights }
    if let kinship { options.kinshipPath = kinship }
  }
}

/// A path that holds in every folder.
private func absolutePath(_ path: String) -> String {
  guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return String(cString: folder) + "/" + path
}

extension GenotypeFlags {
  /// What was given, by paths that hold in every folder.
  fileprivate var absolute: GenotypeInput? {
    switch input {
    case .vcf(let paths)?: .vcf(paths.map(absolutePath))
    case .dosages(let path)?: .dosages(absolutePath(path))
    case .bfile(let prefix)?: .bfile(absolutePath(prefix))
    case .pfile(let prefix)?: .pfile(absolutePath(prefix))
    case nil: nil
    }
  }
}
