/// The FORMAT fields that dosages came from so far.
struct UsedFields {
  private var last: DosageField
  private var isMixed = false

  init(_ first: DosageField) { last = first }

  /// Takes in the field of a record.
  mutating func insert(_ field: DosageField) {
    if field != last { isMixed = true }
    last = field
  }

  static let mixture = "DS where the record has it, else GT"

  /// The fields in words.
  var description: String {
    if isMixed { return Self.mixture }
    return last == .ds ? "DS (dosage)" : "GT (called genotype)"
  }
}
