import Plots

/// One self-contained HTML page: no file beside it, nothing from the network.
package struct ReportPage: Sendable {
  package var title: String
  package var subtitle: String
  package var sections: [ReportSection]
  /// Below everything: the program and its version, for instance. Empty for none.
  package var footer: String
  /// The language of the texts, as HTML names it.
  package var language: String

  package init(
    title: String, subtitle: String, sections: [ReportSection], footer: String = "",
    language: String = "en"
  ) {
    let ids = sections.map(\.id)
    precondition(Set(ids).count == ids.count, "sections with one id: \(ids)")
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
    self.footer = footer
    self.language = language
  }

  /// The page's text. The same page gives the same bytes.
  ///
  /// - Throws: `PageTemplateError` where the program's own template is damaged; never because of the
  ///   page's content.
  package func html() throws(PageTemplateError) -> String {
    try PageTemplate.render(context)
  }
}
