import BlockGzip

/// The binary genotypes of a PLINK file set; records are counted from 0.
protocol PlinkGenotypes: AnyObject {
  var path: String { get }
  /// Where dosages come from, in words.
  var fieldDescription: String { get }

  /// The field that the dosages of a record come from.
  ///
  /// - Throws: `InputError` for a file that is damaged.
  func field(ofRecord record: Int) throws(InputError) -> DosageField

  /// Writes the selected donors' dosages of `alleles` (one-based ALT numbers), one allele after
  /// the other; NaN where missing.
  ///
  /// - Throws: `InputError` for a file that is damaged and for records that cannot be read.
  func read(
    record: Int, alleles: ArraySlice<Int>, alternateCount: Int, donors: DonorColumns,
    to output: UnsafeMutablePointer<Float>
  ) throws(InputError)
}
