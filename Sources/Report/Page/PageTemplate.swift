import Mustache

/// The Mustache template of pages; nothing else here knows of Mustache.
enum PageTemplate {
  /// - Parameter context: texts that are markup already: Mustache's own escaping goes by grapheme
  ///   clusters and overlooks a `<` with a combining character after it, so the template has none.
  static func render(_ context: [String: Any]) throws(PageTemplateError) -> String {
    do {
      return try MustacheTemplate(string: text).render(context)
    } catch {
      throw PageTemplateError(reason: "\(error)")
    }
  }

  private static let text = """
    <!DOCTYPE html>
    <html lang="{{{language}}}">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
    <title>{{{title}}}</title>
    <style>
    {{{stylesheet}}}</style>
    </head>
    <body>
    <a class="skip" href="#content">Skip to content</a>
    <header>
    <h1>{{{title}}}</h1>
    {{#subtitle}}
    <p class="subtitle">{{{subtitle}}}</p>
    {{/subtitle}}
    </header>
    <div class="page">
    <nav aria-label="Contents">
    <h2>Contents</h2>
    <ol>
    {{#sections}}
    <li><a href="#{{{id}}}">{{{heading}}}</a></li>
    {{/sections}}
    </ol>
    </nav>
    <main id="content">
    {{#sections}}
    <section id="{{{id}}}" aria-labelledby="{{{id}}}-heading">
    <h2 id="{{{id}}}-heading">{{{heading}}}</h2>
    {{#blocks}}
    {{#paragraph}}
    <p>{{{.}}}</p>
    {{/paragraph}}
    {{#subheading}}
    <h3>{{{.}}}</h3>
    {{/subheading}}
    {{#callout}}
    <div class="callout {{{verdict}}}" role="note">
    <span class="sign" aria-hidden="true">{{{sign}}}</span>
    <div><p><strong>{{{word}}}: {{{verdictTitle}}}</strong></p>
    {{#verdictText}}
    <p>{{{.}}}</p>
    {{/verdictText}}
    </div>
    </div>
    {{/callout}}
    {{#figure}}
    <figure>
    <div class="picture {{{forms}}}">
    {{{wide}}}{{{narrow}}}</div>
    <figcaption><strong>Figure {{{number}}}. {{{caption}}}.</strong> {{{howToRead}}}</figcaption>
    </figure>
    {{/figure}}
    {{#grid}}
    <figure>
    <div class="grid">
    {{#pictures}}
    <div>
    {{{.}}}</div>
    {{/pictures}}
    </div>
    <figcaption><strong>Figure {{{number}}}. {{{caption}}}.</strong> {{{howToRead}}}</figcaption>
    </figure>
    {{/grid}}
    {{#table}}
    <div class="table{{#isWide}} wide-table{{/isWide}}" role="region" tabindex="0" aria-label="{{{caption}}}">
    <table>
    <caption><strong>Table {{{number}}}.</strong> {{{caption}}}</caption>
    <thead><tr>{{#columns}}<th scope="col" class="{{{alignment}}}">{{{name}}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr>{{#cells}}{{#isHead}}<th scope="row" class="{{{alignment}}}">{{{cell}}}</th>{{/isHead}}\
    {{^isHead}}<td class="{{{alignment}}}">{{{cell}}}</td>{{/isHead}}{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{#note}}
    <p class="note">{{{.}}}</p>
    {{/note}}
    {{/table}}
    {{#facts}}
    <dl>
    {{#list}}
    <div><dt>{{{term}}}</dt><dd>{{{value}}}</dd></div>
    {{/list}}
    </dl>
    {{/facts}}
    {{#copyable}}
    <div class="copyable">
    <div class="bar"><h3>{{{copyTitle}}}</h3>
    <button type="button" class="copy" hidden>Copy</button></div>
    <blockquote>{{{copyText}}}</blockquote>
    </div>
    {{/copyable}}
    {{/blocks}}
    </section>
    {{/sections}}
    </main>
    </div>
    {{#footer}}
    <footer><p>{{{.}}}</p></footer>
    {{/footer}}
    <script>
    {{{script}}}</script>
    </body>
    </html>

    """
}

/// The template of pages is damaged: a fault of the program, not of data.
package struct PageTemplateError: Error, CustomStringConvertible {
  let reason: String

  package var description: String { "The template of the page is damaged: \(reason)" }
}
