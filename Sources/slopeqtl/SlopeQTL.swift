import ArgumentParser

@main
struct SlopeQTL: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "slopeqtl", version: "slopeqtl \(version)",
    subcommands: [ScanCommand.self, SimulateCommand.self])
}
