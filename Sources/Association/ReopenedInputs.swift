import BlockGzip
import MixedModels

/// The inputs of a finished scan, opened again and proven to be the same.
package struct ReopenedInputs {
  package let inputs: ScanInputs

  /// Opens the files, compares their checksums with the manifest's, and the model with the one that
  /// was fitted.
  ///
  /// - Parameters:
  ///   - manifest: of the finished scan.
  ///   - observer: of what is said when inputs are joined.
  ///   - options: of the scan, wherever its files lie now.
  ///   - folder: where expression is spooled that does not fit into memory.
  /// - Throws: `ScanFailure` for the first file that is another one, or a model that is another one.
  package init(
    _ manifest: Manifest, options: ScanOptions, folder: String, observer: any ScanObserver
  ) throws(ScanFailure) {
    let stamps = InputFiles.stamps(options.cohort)
    let inputs = try ScanInputs(
      options: options, keeping: .values(folder: folder), observer: observer)
    let files = try ScanFailure.reading { () throws(InputError) in
      try InputFiles(inputs, stampedBefore: stamps)
    }
    try ScanFailure.reading { () throws(InputError) in
      try Self.compare(files.digests, with: manifest.inputs)
    }
    var settings = PlanIdentity(options: options, plan: inputs.plan, inputs: files.digests).settings
    // Another version of the program or another processor may open what this one cannot repeat to
    // the last bit.
    for name in ["version", "simd"] { settings[name] = manifest.plan.settings[name] }
    let identity = PlanIdentity(settings: settings)
    guard identity.id == manifest.plan.id else {
      throw .input(
        InputError(
          "the inputs are the scan's, but not its model",
          found: identity.difference(from: manifest.plan.settings),
          expected: "the plan of the manifest",
          advice: "files that its command names (--genes, --keep-samples, …) may have changed"))
    }
    self.inputs = inputs
  }

  private static func compare(
    _ found: [Manifest.Input], with expected: [Manifest.Input]
  ) throws(InputError) {
    guard found.map(\.role) == expected.map(\.role) else {
      throw InputError(
        "other files than the scan had", found: found.map(\.role).joined(separator: ", "),
        expected: expected.map(\.role).joined(separator: ", "))
    }
    for (own, known) in zip(found, expected) where (own.bytes, own.md5) != (known.bytes, known.md5)
    {
      throw InputError(
        "not the \(own.role) of the scan", path: own.path,
        found: "\(own.bytes) bytes, MD5 \(own.md5)",
        expected: "\(known.bytes) bytes, MD5 \(known.md5)",
        advice: "give the file that was scanned, or scan this one")
    }
  }
}
