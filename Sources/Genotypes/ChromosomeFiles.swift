import BlockGzip
import Glibc
import Tables

/// Paths in which `{chrom}` stands for a chromosome: `data/chr{chrom}.vcf.gz`.
enum ChromosomeFiles {
  static let placeholder = "{chrom}"

  /// `path` itself, or every file that there is for it as a pattern, in natural order of the
  /// chromosomes: numbers, X, Y, MT, then others by name.
  ///
  /// Indexes beside the files (`.tbi`, `.csi`) are none.
  ///
  /// - Throws: `InputError` (`unreadable`) where a pattern fits no file.
  static func paths(_ path: String) throws(InputError) -> [String] {
    let pieces = path.split(separator: placeholder, omittingEmptySubsequences: false)
      .map(String.init)
    guard pieces.count > 1 else { return [path] }
    var found: [(chromosome: String, path: String)] = []
    for file in files(pieces.map(escaped).joined(separator: "*")) {
      guard let chromosome = chromosome(of: file, pieces: pieces),
        ![".tbi", ".csi"].contains(where: chromosome.hasSuffix)
      else { continue }
      found.append((chromosome, file))
    }
    guard !found.isEmpty else {
      throw InputError(
        "no file fits the pattern", kind: .unreadable, path: path, found: "no such file",
        expected: "a file for each chromosome, its name in place of \(placeholder)",
        advice: "check the path")
    }
    return found.sorted { precedes($0.chromosome, $1.chromosome) }.map(\.path)
  }

  /// What stands for the placeholder in `path`, the same everywhere; nil where it is not.
  private static func chromosome(of path: String, pieces: [String]) -> String? {
    let length = path.utf8.count - pieces.reduce(0) { $0 + $1.utf8.count }
    guard length > 0, length % (pieces.count - 1) == 0 else { return nil }
    let start = pieces[0].utf8.count
    let chromosome = String(
      decoding: path.utf8.dropFirst(start).prefix(length / (pieces.count - 1)), as: UTF8.self)
    return pieces.joined(separator: chromosome) == path ? chromosome : nil
  }

  /// Numbers by value, then X, Y and MT, then names; with and without `chr` alike.
  static func precedes(_ left: String, _ right: String) -> Bool {
    func rank(_ name: String) -> (group: Int, number: Int) {
      let key = chromosomeMatchKey(name)
      if let number = Int(key), number >= 0 { return (0, number) }
      switch key.uppercased() {
      case "X": return (1, 0)
      case "Y": return (1, 1)
      case "M", "MT": return (1, 2)
      default: return (2, 0)
      }
    }
    let (a, b) = (rank(left), rank(right))
    return a != b ? a < b : left < right
  }

  /// The files that fit a pattern of `glob`.
  private static func files(_ pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, GLOB_NOSORT, nil, &result) == 0, let paths = result.gl_pathv else {
      return []
    }
    // Safe: glob made `gl_pathc` strings, which `globfree` frees after they are copied.
    return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }

  /// `text` without the wildcards that `glob` would see in it.
  private static func escaped(_ text: String) -> String {
    String(text.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
  }
}
