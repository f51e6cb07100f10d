/// A term and its value, of a list of facts.
package struct ReportFact: Sendable {
  package let term: String
  package let value: String

  package init(_ term: String, _ value: String) {
    self.term = term
    self.value = value
  }
}
