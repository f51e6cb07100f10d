import BlockGzip
import Genotypes

/// A PLINK file set as one input: variants, donors and genotypes, with `mark` between them.
enum PlinkInput {
  static let mark: UInt8 = 0x1E

  static func bytes(sites: String, donors: String, genotypes: [UInt8]) -> [UInt8] {
    Array(sites.utf8) + [mark] + Array(donors.utf8) + [mark] + genotypes
  }

  /// Writes the three files and reads them.
  static func check(
    _ input: [UInt8], extensions: [String], in folder: FuzzFolder,
    open: (String) throws(InputError) -> any GenotypeSource
  ) throws {
    let parts = input.split(separator: mark, maxSplits: 2, omittingEmptySubsequences: false)
    for (place, suffix) in extensions.enumerated() {
      let part = place < parts.count ? Array(parts[place]) : []
      _ = try folder.write(part, to: "set" + suffix)
    }
    let prefix = "\(folder.path)/set"
    try GenotypeReading.check(input, in: folder) { () throws(InputError) in try open(prefix) }
  }
}
