import BlockGzip

/// The finished result of one shard.
struct ShardResult {
  let prefix: String
  let manifest: Manifest
  let part: Manifest.ShardPart

  /// Opens the result under a prefix and compares its files with its manifest.
  ///
  /// - Throws: `InputError`: no finished shard there, damaged, or not a shard.
  init(prefix: String) throws(InputError) {
    self.prefix = prefix
    manifest = try Manifest.read(
      prefix: prefix,
      missing: InputError(
        "no finished shard there", expected: "the manifest of a scan with --shard",
        advice: "run the shard's scan (again); it goes on from what it had finished"))
    guard let part = manifest.shard else {
      throw InputError(
        "is not a shard", path: prefix + ".manifest.json", found: "the result of a whole scan",
        expected: "results of scans with --shard k/K")
    }
    self.part = part
    guard part.genePlaces.count == manifest.genes, part.geneNumbers.count == manifest.genes
    else {
      throw InputError(
        "the manifest contradicts itself", path: prefix + ".manifest.json",
        found: "\(part.genePlaces.count) places and \(part.geneNumbers.count) p-values",
        expected: "\(manifest.genes), one for each gene",
        advice: "make the shard again with --force")
    }
    try manifest.verify(prefix: prefix)
  }

  var shard: Shard { part.shard }

  /// The shard's command for another shard of the same scan.
  func command(forShard other: Int) -> String {
    var words = manifest.command
    let own = "\(part.index)"
    for index in words.indices.dropFirst() {
      switch words[index - 1] {
      case "--shard": words[index] = Shard(index: other, count: part.count).text
      case "--out": words[index] = Self.replacing(own, with: "\(other)", in: words[index])
      default:
        if words[index].hasPrefix("--shard=") {
          words[index] = "--shard=" + Shard(index: other, count: part.count).text
        } else if words[index].hasPrefix("--out=") {
          words[index] = Self.replacing(own, with: "\(other)", in: words[index])
        }
      }
    }
    if let program = words.first {
      words[0] = String(program.split(separator: "/").last ?? "slopeqtl")
    }
    return words.map(Self.quoted).joined(separator: " ")
  }

  /// The first run of digits that is `number`, in the last part of a path, becomes `other`; a name
  /// without it gets `other` at its end.
  static func replacing(_ number: String, with other: String, in path: String) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    var digits = start
    while digits < path.endIndex {
      guard path[digits].isNumber else {
        digits = path.index(after: digits)
        continue
      }
      let end = path[digits...].firstIndex { !$0.isNumber } ?? path.endIndex
      if let value = Int(path[digits..<end]), "\(value)" == number {
        return path[..<digits] + other + path[end...]
      }
      digits = end
    }
    return path + "." + other
  }

  /// As a shell reads it back.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0) }
    return plain && !word.isEmpty
      ? word
      : "'"
        + word.split(
          separator: "'", omittingEmptySubsequences: false
        ).joined(separator: "'\\''") + "'"
  }
}
