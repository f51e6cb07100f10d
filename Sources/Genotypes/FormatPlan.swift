import BlockGzip

/// Which subfields of a donor's column to read, worked out once per distinct FORMAT.
struct FormatPlan {
  /// FORMAT as it stands in the file.
  let format: [UInt8]
  /// The field that dosages come from.
  let field: DosageField
  /// Which subfield that is.
  let index: Int
  /// Whether that is the last one.
  let isLast: Bool
  /// How many subfields there are.
  let subfieldCount: Int
  /// Which subfield is GT, if there is one: it tells the ploidy.
  let genotypeIndex: Int?

  /// - Parameter wanted: the field the user named; nil picks DS where present, else GT.
  /// - Throws: `InputError` when FORMAT has no usable field.
  init(
    format: UnsafeRawBufferPointer, wanted: DosageField?, reader: some RecordReader
  ) throws(InputError) {
    let names = String(decoding: format, as: UTF8.self).split(
      separator: ":", omittingEmptySubsequences: false)
    for (place, name) in names.enumerated() {
      let isRepeated = names[..<place].contains(name)
      guard SiteText.isField(name), !isRepeated else {
        throw reader.error(
          "malformed FORMAT", column: "FORMAT",
          found: isRepeated ? "'\(name)' twice" : "'\(name)' as a field",
          expected: "different fields of letters, digits, '_' and '.', with colons between",
          advice: "mend the record")
      }
    }
    subfieldCount = names.count
    let genotypeIndex = names.firstIndex(of: "GT")
    let dosageIndex = names.firstIndex(of: "DS")
    let choice: (DosageField, Int?) =
      switch wanted {
      case .ds: (.ds, dosageIndex)
      case .gt: (.gt, genotypeIndex)
      case nil: dosageIndex == nil ? (.gt, genotypeIndex) : (.ds, dosageIndex)
      }
    guard let index = choice.1 else {
      throw Self.noUsableField(names.map(String.init), wanted: wanted, reader: reader)
    }
    self.format = Array(format)
    field = choice.0
    self.index = index
    isLast = index == names.count - 1
    self.genotypeIndex = genotypeIndex
  }

  /// The message for a record whose FORMAT is `names`.
  static func noUsableField(
    _ names: [String], wanted: DosageField?, reader: some RecordReader
  ) -> InputError {
    reader.error(
      "no usable FORMAT field", column: "FORMAT",
      found: names.isEmpty ? "no fields" : "the fields \(names.joined(separator: ", "))",
      expected: wanted.map { "\($0.rawValue), as asked for" } ?? "GT or DS",
      advice: wanted == nil
        ? "make the file with GT or DS" : "choose the other field or let it be picked")
  }
}
