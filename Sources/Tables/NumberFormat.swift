/// How many significant digits the numbers of an output table have.
package struct NumberFormat: Sendable, Equatable {
  /// 1 to 16 as printf's `%.{K}g`; 17 means the shortest text that reads back to the same double.
  package let significantDigits: Int

  /// - Precondition: `significantDigits` is 1 to 17.
  package init(significantDigits: Int = 6) {
    precondition(
      (1...17).contains(significantDigits), "\(significantDigits) significant digits, not 1 to 17")
    self.significantDigits = significantDigits
  }
}
