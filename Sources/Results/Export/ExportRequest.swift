import Association
import BlockGzip
import Genotypes

/// What of a finished scan is exported, and where to.
package struct ExportRequest: Sendable {
  package var format: ExportFormat
  /// A file, or a folder for formats of several files.
  package var output: String
  /// Files that are never written over, whatever they are called.
  package var spared: Set<FileIdentity> = []
  /// Only these genes; nil for all.
  package var genes: Set<String>?
  /// Only variants of this region.
  package var region: GenomicRegion?
  package var effect = TestedEffect.interaction
  /// Only genes whose q-value is at most this: those of SuSiE's files and mashr's strong rows.
  package var falseDiscoveryRate: Double?
  /// At which times mashr's effects are; nil for all of the cohort.
  package var times: [Double]?
  /// Rows of mashr's random set.
  package var randomCount = 20_000
  package var seed: UInt64 = 1
  /// The probability that a variant is causal, of fastENLOC's.
  package var prior = 1e-4

  package init(format: ExportFormat, output: String) {
    self.format = format
    self.output = output
  }
}
