import ArgumentParser

@main
struct SlopeQTL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slopeqtl",
    abstract: "Dynamic eQTLs: variants that change a gene's expression over time.",
    version: "slopeqtl 0.1.0",
    subcommands: [ScanCommand.self, SimulateCommand.self])
}
