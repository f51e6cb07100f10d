import ArgumentParser
import Association

extension Shard: ExpressibleByArgument {
  /// `k/K`, counted from one.
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      count <= 1_000_000, (1...count).contains(index)
    else { return nil }
    self.init(index: index, count: count)
  }
}

/// Scans in parts, and scans that go on where they were stopped.
struct PartFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Scan one part of the genes, as 1/8 to 8/8; slopeqtl merge joins the parts.",
      valueName: "k/K"))
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "Folder of PREFIX.ckpt, the unfinished work. (default: that of the output)",
      valueName: "folder"))
  var checkpointDir: String?

  @Flag(help: "Start over: overwrite unfinished work and results under the prefix.")
  var force = false

  func apply(to options: inout ScanOptions) {
    options.shard = shard
    options.checkpointFolder = checkpointDir
    options.startsOver = force
  }
}
