/// Units of the axes, which no input file tells.
package struct PictureUnits: Sendable {
  package var time: String
  package var expression: String

  /// - Parameters:
  ///   - time: of the sheet's times, such as `days`; nil where the user does not say.
  ///   - expression: of the expression file, such as `log2 CPM`.
  package init(time: String? = nil, expression: String? = nil) {
    self.time = time ?? "the sheet's unit"
    self.expression = expression ?? "unit of the expression file"
  }
}
