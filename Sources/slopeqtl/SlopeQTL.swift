import ArgumentParser

@main
struct SlopeQTL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slopeqtl", version: "slopeqtl 0.1.0",
    subcommands: [ScanCommand.self, SimulateCommand.self])
}
