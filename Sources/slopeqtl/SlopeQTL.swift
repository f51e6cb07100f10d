import ArgumentParser
import Glibc
import LinearAlgebra

@main
struct SlopeQTL: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "slopeqtl",
    abstract: "Dynamic eQTLs: variants that change a gene's expression over time.",
    version: "slopeqtl \(version)",
    subcommands: [
      ScanCommand.self, CheckCommand.self, MergeCommand.self, QueryCommand.self, LocusCommand.self,
      ReportCommand.self, ExportCommand.self, FitCommand.self,
      LagCommand.self,
      RiskCommand.self,
      SimulateCommand.self,
    ])

  static func main() {
    useSingleThreadedBLAS()
    holdStandardStreams()
    // A write beyond the limit of file sizes then fails as on a full disk, instead of killing the
    // process.
    signal(SIGXFSZ, SIG_IGN)
    // A reader of messages that goes away must not end a scan.
    signal(SIGPIPE, SIG_IGN)
    self.main(nil)
  }

  /// Puts the null device where a standard stream is closed: otherwise the first file opened would
  /// take its number, and messages would be written into it.
  private static func holdStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDWR)
    }
  }
}
