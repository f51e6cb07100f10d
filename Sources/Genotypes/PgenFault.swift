/// Something wrong in a record of a `.pgen` file, before it is put in words.
enum PgenFault: Error {
  /// The record ends inside a track.
  case tooShort
  /// Bytes are left behind the last track.
  case tooLong
  /// A list of donors is longer than there are donors, not ascending, or names one that is not
  /// there.
  case malformedList
  /// The record's main track is stored in a way that the format does not define.
  case unknownMainTrack
  /// Allele numbers are stored in a way that the format does not define, or lie beyond ALT.
  case malformedAlleles
  /// A dosage is larger than two alleles.
  case malformedDosage
  /// The record is stored as differences to another, and none stands before it.
  case withoutBase

  /// The fault in words.
  var text: String {
    switch self {
    case .tooShort: "a record that ends inside its data"
    case .tooLong: "bytes behind the end of the record's data"
    case .malformedList: "a list of donors that is not ascending or too long"
    case .unknownMainTrack: "an unknown way of storing genotypes"
    case .malformedAlleles: "allele numbers that do not fit the alleles"
    case .malformedDosage: "a dosage above 2"
    case .withoutBase: "differences to a record that is not there"
    }
  }
}
