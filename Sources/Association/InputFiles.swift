import BlockGzip
import Cohort
import Glibc

/// The input files of a scan, as they were when it began.
struct InputFiles {
  /// A file as the system sees it: a change that leaves all of this alone is nobody's accident.
  struct Stamp: Equatable {
    var inode: UInt
    var bytes: Int
    var seconds: Int
    var nanoseconds: Int

    init?(path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      inode = UInt(status.st_ino)
      bytes = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  /// With sizes and checksums, in a fixed order.
  let digests: [Manifest.Input]
  private let stamps: [Stamp?]

  /// Stamps of the files that are read before the checksums are known, by path.
  static func stamps(_ cohort: CohortInputs) -> [String: Stamp] {
    var stamps: [String: Stamp] = [:]
    for case let path? in [cohort.bedPath, cohort.samplesPath, cohort.covariatesPath] {
      stamps[path] = Stamp(path: path)
    }
    return stamps
  }

  /// Reads all files through.
  ///
  /// - Parameter early: `stamps` of the cohort, made before it was read.
  init(_ inputs: ScanInputs, stampedBefore early: [String: Stamp]) throws(InputError) {
    let cohort = inputs.options.cohort
    let files =
      inputs.source.paths.map { ("genotypes", Optional($0)) } + [
        ("expression", cohort.bedPath), ("samples", cohort.samplesPath),
        ("covariates", cohort.covariatesPath), ("weights", inputs.options.weightsPath),
        ("kinship", inputs.options.kinshipPath),
      ]
    var digests: [Manifest.Input] = []
    var stamps: [Stamp?] = []
    for case (let role, let path?) in files {
      stamps.append(early[path] ?? Stamp(path: path))
      let digest = try FileDigest(path: path)
      digests.append(
        Manifest.Input(role: role, path: path, bytes: digest.bytes, md5: digest.md5))
    }
    self.digests = digests
    self.stamps = stamps
  }

  /// Refuses files that were changed since.
  func checkUnchanged() throws(InputError) {
    for (digest, stamp) in zip(digests, stamps) where Stamp(path: digest.path) != stamp {
      throw InputError(
        "the file was changed while the scan was reading it", path: digest.path,
        found: "another size, time or file than at the start", expected: "the same file to the end",
        advice: "run the scan again when nothing writes to its inputs")
    }
  }
}
