import ArgumentParser

@main
struct SlopeQTL: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "slopeqtl",
    abstract: "Dynamic eQTLs: variants that change a gene's expression over time.",
    version: "slopeqtl \(version)",
    subcommands: [ScanCommand.self, CheckCommand.self, SimulateCommand.self])
}
