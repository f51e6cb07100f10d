/// Which donors of a binary genotype file are wanted, and where their dosages go.
struct DonorColumns: Sendable {
  /// For each donor of the file its place among the selected donors, or -1.
  let slots: DonorSlots
  /// The donors selected, in the order wanted; nil for all in file order.
  let columns: [Int32]?

  /// All donors in file order.
  init(count: Int) {
    slots = DonorSlots(columnCount: count)
    columns = nil
  }

  /// - Precondition: `selected` are different donors below `count`.
  init(count: Int, selected: [Int]) {
    slots = DonorSlots(columnCount: count, selected: selected)
    columns = selected.elementsEqual(0..<count) ? nil : selected.map { Int32($0) }
  }

  /// Donors of the file.
  var fileCount: Int { slots.columnCount }
  /// Dosages per variant.
  var selectedCount: Int { slots.selectedCount }
}
