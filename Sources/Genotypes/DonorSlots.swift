import BlockGzip

/// Where the dosages of the file's donors go.
struct DonorSlots: Sendable {
  /// Donors selected: dosages per variant.
  let selectedCount: Int
  /// For each donor column of the file its place among the selected donors, or -1.
  let slots: [Int32]

  /// Selects every donor, in file order.
  init(columnCount: Int) { self.init(columnCount: columnCount, selected: Array(0..<columnCount)) }

  /// - Precondition: `selected` are different columns.
  init(columnCount: Int, selected: [Int]) {
    var slots = [Int32](repeating: -1, count: columnCount)
    for (slot, column) in selected.enumerated() {
      precondition(
        slots.indices.contains(column) && slots[column] < 0,
        "donor column \(column) of \(columnCount) selected twice or not there")
      slots[column] = Int32(slot)
    }
    self.slots = slots
    selectedCount = selected.count
  }

  /// Donor columns of the file.
  var columnCount: Int { slots.count }

  /// Refuses empty and duplicate donors of a header that has `columnsBefore` other columns.
  static func check(
    _ donors: [String], columnsBefore: Int, reader: some RecordReader
  ) throws(InputError) {
    var seen: [String: Int] = [:]
    for (index, donor) in donors.enumerated() {
      let column = index + columnsBefore + 1
      guard !donor.isEmpty else {
        throw reader.error(
          "donor without an id", column: "column \(column)", found: "an empty name",
          expected: "a donor id", advice: "name the donor or remove the extra tab")
      }
      if let earlier = seen.updateValue(column, forKey: donor) {
        throw reader.error(
          "duplicate donor", column: donor, found: "'\(donor)' in columns \(earlier) and \(column)",
          expected: "different donor ids", advice: "rename or remove one of the columns")
      }
    }
  }
}
