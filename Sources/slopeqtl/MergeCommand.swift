import ArgumentParser
import Association

/// `slopeqtl merge`: shards into one result.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the shards of a scan, proving that nothing is missing.",
    discussion: """
      Checks that all shards are of one scan, that every one is there once and as its manifest says, \
      and that genes, pairs and rows add up; then writes the tables and the manifest of the whole \
      scan, the same bytes as a scan without --shard would have made. Missing shards are named with \
      the commands that make them.

      Example:
        slopeqtl merge --out scan scan.1 scan.2
      """)

  @Option(help: ArgumentHelp("Prefix of the files to write.", valueName: "prefix"))
  var out: String

  @Argument(
    help: ArgumentHelp("Prefixes of the shards, in any order.", valueName: "shard-prefix"))
  var shards: [String]

  @Flag(help: "Overwrite another result under the prefix.")
  var force = false

  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    guard !out.isEmpty, !out.hasSuffix("/") else {
      throw ValidationError("--out '\(out)': expected a file name prefix such as results/scan")
    }
    guard !shards.contains(out) else {
      throw ValidationError("--out '\(out)': is one of the shards; expected another prefix")
    }
  }

  func run() throws {
    let observer = messages.observer()
    Interruption.watch()
    let paths = try reportingErrors {
      try ShardMerge(
        prefix: out, shardPrefixes: shards, startsOver: force, command: CommandLine.arguments,
        observer: observer
      ).run()
    }
    guard !paths.isEmpty else { return }
    observer.note("wrote \(paths.joined(separator: " "))")
  }
}
