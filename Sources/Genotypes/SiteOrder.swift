import BlockGzip
import Glibc
import Tables

/// Checks that records come sorted, each chromosome in one run, no allele twice at a position.
struct SiteOrder {
  let words: SiteWords
  /// Chromosome names in order of first appearance.
  private(set) var chromosomes: [String] = []
  /// The current chromosome, as an index into `chromosomes`; -1 before the first.
  private(set) var chromosome = -1
  /// Whether `chromosomes` are those of an index, all of them known beforehand.
  private var isExpected = false
  /// Position of the record last taken in.
  private(set) var position = 0
  /// Bytes of the current chromosome's name, to see a change without making a `String`.
  private var chromosomeBytes: [UInt8] = []
  /// What stands at the current position.
  private var alleles = SiteAlleles()

  /// Chromosomes of earlier files of a series, by name without `chr`, and their files.
  private let taken: [String: String]

  init(words: SiteWords, taken: [String: String] = [:]) {
    self.words = words
    self.taken = taken
  }

  /// Starts anew with the chromosomes that an index has, in their order.
  mutating func expect(_ chromosomes: [String]) {
    self = SiteOrder(words: words, taken: taken)
    self.chromosomes = chromosomes
    isExpected = true
  }

  /// The message for a record that an index would not lead to.
  func misfit(_ found: String, reader: some RecordReader) -> InputError {
    reader.error(
      "the index does not fit its file", column: words.chromosome, found: found,
      expected: "the chromosomes of the index, in its order",
      advice: "make the index again, for example with tabix -f -p vcf or bcftools index -f")
  }

  /// Takes in the chromosome; true when it is not that of the record before.
  ///
  /// - Throws: `InputError` for an empty name and for a chromosome that had its run already.
  mutating func enter(
    chromosome bytes: UnsafeRawBufferPointer, reader: some RecordReader
  ) throws(InputError) -> Bool {
    if isCurrent(bytes) { return false }
    guard !bytes.isEmpty else {
      throw reader.error(
        "record without a chromosome", column: words.chromosome, found: "an empty field",
        expected: "a chromosome name", advice: "mend the record")
    }
    let name = String(decoding: bytes, as: UTF8.self)
    if words.isVCF, !SiteText.isChromosome(bytes) {
      throw reader.error(
        "malformed chromosome", column: words.chromosome, found: "'\(name)'",
        expected: "a name without spaces, commas, quotes and single brackets",
        advice: "rename the chromosome")
    }
    if isExpected {
      guard let next = chromosomes.firstIndex(of: name), next > chromosome else {
        throw misfit("'\(name)'", reader: reader)
      }
      try begin(next, bytes, reader)
      return true
    }
    guard !chromosomes.contains(name) else {
      throw reader.error(
        "chromosome is split in two runs", column: words.chromosome,
        found: "'\(name)' again after '\(chromosomes.last ?? "")'",
        expected: "all records of a chromosome together",
        advice: words.sortAdvice)
    }
    chromosomes.append(name)
    try begin(chromosomes.count - 1, bytes, reader)
    return true
  }

  /// Begins the run of a chromosome, whose name has these bytes.
  private mutating func begin(
    _ index: Int, _ bytes: UnsafeRawBufferPointer, _ reader: some RecordReader
  ) throws(InputError) {
    let name = chromosomes[index]
    if let earlier = taken[chromosomeMatchKey(name)] {
      throw reader.error(
        "chromosome is split in two runs", column: words.chromosome,
        found: "'\(name)' again after the file \(earlier)",
        expected: "all records of a chromosome in one file",
        advice: "join the files of a chromosome, for example with bcftools concat")
    }
    chromosome = index
    chromosomeBytes = Array(bytes)
    position = 0
    alleles.removeAll()
  }

  /// Takes in the position.
  ///
  /// - Throws: `InputError` when it lies before the record before it.
  mutating func enter(position next: Int, reader: some RecordReader) throws(InputError) {
    guard next >= position else {
      throw reader.error(
        "positions are not sorted", column: words.position, found: "\(next) after \(position)",
        expected: "ascending positions within a chromosome",
        advice: words.sortAdvice)
    }
    if next > position { alleles.removeAll() }
    position = next
  }

  /// Takes in one allele of the current position; true when it stood there under another id.
  ///
  /// - Throws: `InputError` when the position had it already.
  mutating func enter(
    reference: UnsafeRawBufferPointer, alternate: UnsafeRawBufferPointer,
    id: UnsafeRawBufferPointer, reader: some RecordReader
  ) throws(InputError) -> Bool {
    switch alleles.insert(reference: reference, alternate: alternate, id: id) {
    case .new: return false
    case .sharesSite: return true
    case .duplicate: break
    }
    let found =
      "\(chromosomes.last ?? ""):\(position) "
      + "\(String(decoding: reference, as: UTF8.self))>\(String(decoding: alternate, as: UTF8.self))"
    throw reader.error(
      "duplicated site", column: words.alternate, found: "\(found) a second time",
      expected: "every REF and ALT once at a position, or ids that tell them apart",
      advice: words.duplicateAdvice)
  }

  private func isCurrent(_ chromosome: UnsafeRawBufferPointer) -> Bool {
    // Before the first record no chromosome is current, not even one without a name.
    guard !chromosomeBytes.isEmpty, chromosome.count == chromosomeBytes.count,
      let name = chromosome.baseAddress
    else { return false }
    // Safe: both have `chromosome.count` bytes.
    return chromosomeBytes.withUnsafeBytes { held in
      held.baseAddress.map { memcmp($0, name, chromosome.count) == 0 } ?? false
    }
  }
}
