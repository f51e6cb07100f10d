/// The CSS of all pictures: colours for a light and a dark surrounding, and type.
///
/// Concrete colours, no variables: librsvg, which makes PNG and PDF of pictures, knows none. The
/// dark colours are for screens only, so that a page is printed in light ones.
package enum PlotStylesheet {
  /// Sans-serif fonts whose widths the layout expects; see `TextMetrics`.
  package static let fonts = "Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif"

  /// For a page that embeds pictures.
  package static let text: String = {
    var css = ".sq{max-width:100%;height:auto;overflow:hidden}\n"
    css += ".sq text{font-family:\(fonts);font-size:12px;fill:#20262d}\n"
    for style in TextStyle.allCases {
      let weight = style.isBold ? ";font-weight:bold" : ""
      css += ".sq .\(style.rawValue){font-size:\(PathText.number(style.size))px\(weight)}\n"
    }
    css += ".sq .sq-muted{fill:#57606b}\n"
    css += ".sq .sq-rim{paint-order:stroke;stroke:#ffffff;stroke-width:3px;stroke-linejoin:round}\n"
    for ink in Ink.allCases { css += rule(ink, colour: ink.style.light) }
    css += "@media screen and (prefers-color-scheme:dark){\n"
    css += ".sq text{fill:#e8ecf0}\n.sq .sq-muted{fill:#a9b3be}\n.sq .sq-rim{stroke:#14181d}\n"
    for ink in Ink.allCases { css += rule(ink, colour: ink.style.dark, isColourOnly: true) }
    return css + "}\n"
  }()

  private static func rule(_ ink: Ink, colour: String, isColourOnly: Bool = false) -> String {
    let declarations = ink.style.declarations.split(separator: ";").filter {
      !isColourOnly || $0.hasSuffix("$")
    }
    let text = declarations.joined(separator: ";")
    return ".sq .\(ink.rawValue){\(replacing(text, with: colour))}\n"
  }

  private static func replacing(_ text: String, with colour: String) -> String {
    text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: colour)
  }
}
