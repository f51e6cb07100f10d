import BlockGzip
import CPlatform
import FoundationEssentials
import Glibc
import MixedModels
import Tables

/// `PREFIX.manifest.json`: what was run, on what, and what came out.
package struct Manifest: Codable, Sendable {
  package struct Program: Codable {
    package var name: String
    package var version: String
  }

  package struct Design: Codable {
    package var donors: Int
    package var samples: Int
    package var times: [Double]
    package var visitPatterns: Int
    /// Ids ignored or dropped, and why.
    package var notes: [String]
  }

  package struct Input: Codable {
    package var role: String
    package var path: String
    package var bytes: Int
    package var md5: String
  }

  package struct HistogramRow: Codable {
    package var minimumMaf: Double
    package var maximumMaf: Double
    /// Counts of pval_gi in equal bins from 0 to 1.
    package var counts: [Int]
  }

  package struct Chunk: Codable {
    package var index: Int
    package var genes: Int
    package var pairs: Int
    package var rows: Int
    package var crc32: String
  }

  /// What the result is of.
  package struct Plan: Codable {
    /// Of all settings: equal in all shards of one scan.
    package var id: String
    /// Genes of all shards.
    package var genes: Int
    /// Everything that the tables depend on.
    package var settings: [String: String]

    /// Whether every gene was paired with every variant.
    package var isTrans: Bool { settings["pairs"] == "trans" }

    /// Whether genes of the whole result have q-values: `--gene-pvalue none` makes none.
    package var hasQValues: Bool { settings["gene-pvalue"] != "none" }

    /// What only the pairs of a list were tested of, such as `4 pairs`; nil where all were.
    package var pairList: String? {
      guard let list = settings["keep-pairs"], list != "all" else { return nil }
      return list.split(separator: ",").first.map(String.init) ?? list
    }

    /// How the tables' numbers are written.
    package var numberFormat: NumberFormat {
      let digits = settings["digits"].flatMap { Int($0) } ?? 6
      return NumberFormat(significantDigits: max(1, min(17, digits)))
    }
  }

  /// What a shard leaves for `merge`.
  package struct ShardPart: Codable {
    package var index: Int
    package var count: Int
    /// Chromosomes in the genotype file's order.
    package var chromosomes: [String]
    /// Of the rows of the genes table: places in the expression file.
    package var genePlaces: [Int]
    /// Of the rows of the genes table: what q-values and thresholds are made of (`GeneLevelNumbers`), as
    /// the shortest text of the double.
    package var geneNumbers: [[String]]

    package var shard: Shard { Shard(index: index, count: count) }
  }

  /// A file of the result.
  package struct Output: Codable {
    /// Behind the prefix.
    package var suffix: String
    package var bytes: Int
    /// Eight hexadecimal digits.
    package var crc32: String

    package init(suffix: String, checksum: FileChecksum) {
      self.suffix = suffix
      bytes = checksum.bytes
      crc32 = checksum.crc32.text
    }
  }

  /// Calls of one allele.
  package struct Ploidy: Codable, Equatable {
    /// Absent where no run has met all variants.
    package var haploidCalls: Int?
    /// What they count as.
    package var coding: String
  }

  package struct Resources: Codable {
    package var threads: Int
    package var wallSeconds: Double
    package var cpuSeconds: Double
    package var peakMemoryMib: Double

    /// Seconds that have passed.
    package static func seconds(since start: ContinuousClock.Instant) -> Double {
      let elapsed = (ContinuousClock.now - start).components
      return Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)
    }
  }

  package static let currentVersion = 3

  package var schemaVersion = currentVersion
  package var program: Program
  /// The instruction set of the inner loops.
  package var simdLevel: String
  package var command: [String]
  /// The command of a scan whose shards `command` merged; absent where `command` is the scan itself.
  package var scanCommand: [String]?
  package var formula: String
  /// Absent for Gaussian expression.
  package var family: String?
  package var criterion: String
  package var degreesOfFreedom: String
  package var refit: String
  /// How rows are made: charts and exact fits, exact refits, or null variances with exact refits of
  /// small p-values.
  package var rowFits: String?
  /// Where several columns are tested: those columns at every time.
  package var timeBasis: TimeBasisTable?
  package var residualVariance: String?
  package var timeCenter: Double
  /// Of replicates; absent where nothing is random.
  package var seed: UInt64?
  package var design: Design
  package var inputs: [Input]
  package var plan: Plan
  /// Absent where the result is a whole one.
  package var shard: ShardPart?
  package var outputs: [Output]
  package var genes: Int
  package var pairs: Int
  package var rows: Int
  package var pairsByStatus: [String: Int]
  /// Absent where no run has met all variants.
  package var variantsByVerdict: [String: Int]?
  package var ploidy: Ploidy?
  package var pvalueHistograms: [HistogramRow]
  package var chunks: [Chunk]
  package var resources: Resources

  /// Reads a manifest of this version.
  ///
  /// - Throws: `InputError` where the file cannot be read or is none.
  package static func read(_ path: String) throws(InputError) -> Manifest {
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
        manifest.pvalueHistograms.allSatisfy({ $0.counts.count == PValueHistogram.pValueBins }),
        manifest.timeBasis.map({ basis in
          basis.values.allSatisfy { $0.count == 1 + basis.columns.count }
        }) ?? true
      else { throw JournalDamage() }
      return manifest
    } catch {
      throw InputError(
        "is not the manifest of a result of this version", path: path,
        advice: "make the result again")
    }
  }

  /// Reads the manifest of the result under a prefix.
  ///
  /// - Parameter missing: what is said where there is none; its path is filled in.
  /// - Throws: `InputError`, as `read(_:)`, and `missing`.
  package static func read(
    prefix: String, missing: InputError
  ) throws(InputError) -> Manifest {
    let path = prefix + ".manifest.json"
    do {
      return try read(path)
    } catch {
      guard error.kind == .unreadable else { throw error }
      var told = missing
      (told.kind, told.path, told.found) = (.unreadable, path, "no such file")
      throw told
    }
  }

  /// Pretty-printed with sorted keys in snake case, with a line end.
  package func encoded() -> [UInt8] {
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
