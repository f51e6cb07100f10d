import BlockGzip
import Glibc

/// The three files that a PLINK prefix stands for.
struct PlinkFileSet {
  let prefix: String
  /// The flag that the prefix was given with.
  let flag: String
  /// PLINK 2's flag that writes such a set.
  let makeFlag: String
  /// `.bed` or `.pgen`.
  let genotypes: String
  /// `.bim` or `.pvar`; with `.zst` where only that is there.
  let sites: String
  /// `.fam` or `.psam`.
  let donors: String

  /// The files of PLINK 1.
  ///
  /// - Throws: `InputError` (`unreadable`) when one is missing.
  static func bed(_ prefix: String) throws(InputError) -> PlinkFileSet {
    try PlinkFileSet(
      prefix, flag: "--bfile", makeFlag: "--make-bed", extensions: (".bed", ".bim", ".fam"))
  }

  /// The files of PLINK 2.
  ///
  /// - Throws: `InputError` (`unreadable`) when one is missing.
  static func pgen(_ prefix: String) throws(InputError) -> PlinkFileSet {
    try PlinkFileSet(
      prefix, flag: "--pfile", makeFlag: "--make-pgen", extensions: (".pgen", ".pvar", ".psam"))
  }

  private init(
    _ prefix: String, flag: String, makeFlag: String, extensions: (String, String, String)
  ) throws(InputError) {
    self.prefix = prefix
    self.flag = flag
    self.makeFlag = makeFlag
    genotypes = prefix + extensions.0
    donors = prefix + extensions.2
    let plain = prefix + extensions.1
    sites = !Self.exists(plain) && Self.exists(plain + ".zst") ? plain + ".zst" : plain
    for path in [genotypes, sites, donors] where !Self.exists(path) {
      let reason = systemErrorText(errno)
      let given = [extensions.0, extensions.1, extensions.2].first { prefix.hasSuffix($0) }
      throw InputError(
        "cannot open the file: \(reason)", kind: .unreadable, path: path,
        expected: "the files \(prefix)\(extensions.0), \(extensions.1) and \(extensions.2)",
        advice: given.map {
          "give the prefix without extension: \(flag) \(prefix.dropLast($0.count))"
        }
          ?? "check the prefix and the files' permissions")
    }
  }

  /// How PLINK 2's commands on this set begin.
  var command: String { "plink2 \(flag) \(prefix)" }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The last component of a path.
  static func name(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? Substring(path)
  }
}
