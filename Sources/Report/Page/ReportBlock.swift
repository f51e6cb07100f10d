/// What a section consists of. All texts are plain and may hold anything.
package enum ReportBlock: Sendable {
  case paragraph(String)
  /// A heading inside of a section.
  case heading(String)
  case callout(ReportCallout)
  case figure(ReportFigure)
  case table(ReportTable)
  case facts([ReportFact])
  /// A text to be copied elsewhere, as a paragraph of methods.
  case copyable(title: String, text: String)
  case grid(ReportGrid)
}
