import ArgumentParser
import Logging

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// What is said on standard error.
struct MessageFlags: ParsableArguments {
  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Option(help: ArgumentHelp("Least severe message to print.", valueName: "level"))
  var logLevel = Logger.Level.info

  func observer() -> TerminalObserver {
    TerminalObserver(level: quiet ? .error : logLevel)
  }
}
