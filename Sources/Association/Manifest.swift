import BlockGzip
import CPlatform
import FoundationEssentials
import Glibc
import MixedModels

/// `PREFIX.manifest.json`: what was run, on what, and what came out.
struct Manifest: Codable {
  struct Program: Codable {
    var name: String
    var version: String
  }

  struct Design: Codable {
    var donors: Int
    var samples: Int
    var times: [Double]
    var visitPatterns: Int
    /// Ids ignored or dropped, and why.
    var notes: [String]
  }

  struct Input: Codable {
    var role: String
    var path: String
    var bytes: Int
    var md5: String
  }

  struct HistogramRow: Codable {
    var minimumMaf: Double
    var maximumMaf: Double
    /// Counts of pval_gi in equal bins from 0 to 1.
    var counts: [Int]
  }

  struct Chunk: Codable {
    var index: Int
    var genes: Int
    var pairs: Int
    var rows: Int
    var crc32: String
  }

  /// What the result is of.
  struct Plan: Codable {
    /// Of all settings: equal in all shards of one scan.
    var id: String
    /// Genes of all shards.
    var genes: Int
    /// Everything that the tables depend on.
    var settings: [String: String]
  }

  /// What a shard leaves for `merge`.
  struct ShardPart: Codable {
    var index: Int
    var count: Int
    /// Chromosomes in the genotype file's order.
    var chromosomes: [String]
    /// Of the rows of the genes table: places in the expression file.
    var genePlaces: [Int]
    /// Of the rows of the genes table: what q-values and thresholds are made of (`GeneLevelNumbers`), as
    /// the shortest text of the double.
    var geneNumbers: [[String]]

    var shard: Shard { Shard(index: index, count: count) }
  }

  /// A file of the result.
  struct Output: Codable {
    /// Behind the prefix.
    var suffix: String
    var bytes: Int
    /// Eight hexadecimal digits.
    var crc32: String

    init(suffix: String, checksum: FileChecksum) {
      self.suffix = suffix
      bytes = checksum.bytes
      crc32 = checksum.crc32.text
    }
  }

  /// Calls of one allele.
  struct Ploidy: Codable, Equatable {
    /// Absent where no run has met all variants.
    var haploidCalls: Int?
    /// What they count as.
    var coding: String
  }

  struct Resources: Codable {
    var threads: Int
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMemoryMib: Double

    /// Seconds that have passed.
    static func seconds(since start: ContinuousClock.Instant) -> Double {
      let elapsed = (ContinuousClock.now - start).components
      return Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)
    }
  }

  static let currentVersion = 3

  var schemaVersion = currentVersion
  var program: Program
  /// The instruction set of the inner loops.
  var simdLevel: String
  var command: [String]
  var formula: String
  /// Absent for Gaussian expression.
  var family: String?
  var criterion: String
  var degreesOfFreedom: String
  var refit: String
  /// How rows are made: charts and exact fits, exact refits, or null variances with exact refits of
  /// small p-values.
  var rowFits: String?
  /// Where several columns are tested: those columns at every time.
  var timeBasis: TimeBasisTable?
  var residualVariance: String?
  var timeCenter: Double
  /// Of replicates; absent where nothing is random.
  var seed: UInt64?
  var design: Design
  var inputs: [Input]
  var plan: Plan
  /// Absent where the result is a whole one.
  var shard: ShardPart?
  var outputs: [Output]
  var genes: Int
  var pairs: Int
  var rows: Int
  var pairsByStatus: [String: Int]
  /// Absent where no run has met all variants.
  var variantsByVerdict: [String: Int]?
  var ploidy: Ploidy?
  var pvalueHistograms: [HistogramRow]
  var chunks: [Chunk]
  var resources: Resources

  /// Reads a manifest of this version.
  ///
  /// - Throws: `InputError` where the file cannot be read or is none.
  static func read(_ path: String) throws(InputError) -> Manifest {
    guard access(path, R_OK) == 0 else {
      throw InputError(
        "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path)
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      let manifest = try decoder.decode(
        Manifest.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      let shard = manifest.shard
      guard shard.map({ $0.count >= 1 && (1...$0.count).contains($0.index) }) ?? true,
        manifest.schemaVersion == currentVersion,
        manifest.pvalueHistograms.count == PValueHistogram.frequencyBins.count,
        manifest.pvalueHistograms.allSatisfy({ $0.counts.count == PValueHistogram.pValueBins })
      else { throw JournalDamage() }
      return manifest
    } catch {
      throw InputError(
        "is not the manifest of a result of this version", path: path,
        advice: "make the result again")
    }
  }

  /// Pretty-printed with sorted keys in snake case, with a line end.
  func encoded() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("a manifest is always JSON: \(error)")
    }
  }
}
