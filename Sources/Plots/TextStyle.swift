/// The sizes and weights of text in a picture.
package enum TextStyle: String, CaseIterable {
  case small = "sq-small"
  case body = "sq-text"
  case strong = "sq-strong"
  case title = "sq-title"
  case heading = "sq-heading"

  /// In pixels.
  var size: Double {
    switch self {
    case .small: 11
    case .body, .strong: 12
    case .title: 14
    case .heading: 19
    }
  }

  var isBold: Bool { self == .strong || self == .title || self == .heading }

  /// From one line to the next, in pixels.
  var lineHeight: Double { (size * 1.36).rounded(.up) }
}
