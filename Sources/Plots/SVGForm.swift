/// What a picture is made for.
package enum SVGForm: Sendable {
  /// A file of its own: with its style, a background, a title and a caption.
  case standalone
  /// A part of a page that has `PlotStylesheet.text`, and prints title and caption itself.
  case embedded
}
