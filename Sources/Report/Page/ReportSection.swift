/// A part of a page with a heading, which the table of contents lists.
package struct ReportSection: Sendable {
  package let id: String
  package var heading: String
  package var blocks: [ReportBlock]

  /// - Parameter id: small letters, digits and hyphens; the address of the section in the page.
  package init(id: String, heading: String, blocks: [ReportBlock]) {
    precondition(
      !id.isEmpty
        && id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 },
      "id “\(id)” of a section")
    self.id = id
    self.heading = heading
    self.blocks = blocks
  }
}
