import ArgumentParser

/// What a scan costs and how exact it is.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks", abstract: "Measure the stages of a scan, or its accuracy.",
    subcommands: [StageRates.self, Accuracy.self], defaultSubcommand: StageRates.self)
}
