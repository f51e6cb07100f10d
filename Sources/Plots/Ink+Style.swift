extension Ink {
  /// The CSS declarations, with `$` for the colour, and that colour on white and on black.
  var style: (declarations: String, light: String, dark: String) {
    switch self {
    case .background: ("fill:$", "#ffffff", "#14181d")
    case .emptyFrame:
      ("fill:none;stroke:$;stroke-width:1;stroke-dasharray:3 3", "#c3cad2", "#464f59")
    case .grid: ("fill:none;stroke:$;stroke-width:1", "#e6e9ed", "#2a3037")
    case .axis: ("fill:none;stroke:$;stroke-width:1", "#6b7480", "#8a94a0")
    case .zero: ("fill:none;stroke:$;stroke-width:1.2", "#4a525c", "#aab3bd")
    case .threshold: (Self.dashed, "#a03a00", "#f7a270")
    case .leader: ("fill:none;stroke:$;stroke-width:0.8", "#8a939e", "#7d8793")
    case .halo:
      ("fill:none;stroke-opacity:0.75;stroke-width:5.5;stroke:$", "#ffffff", "#14181d")
    case .highlight: ("fill:$", "#eef1f5", "#20262d")
    case .genotype0: (Self.fitted + ";stroke-linecap:round", "#0072b2", "#56b4e9")
    case .genotype1: (Self.fitted + ";stroke-dasharray:9 4", "#008f68", "#2cc79b")
    case .genotype2: (Self.fitted + ";stroke-dasharray:3 3", "#d55e00", "#f7904a")
    case .donor0: (Self.thin, "#0072b2", "#56b4e9")
    case .donor1: (Self.thin, "#008f68", "#2cc79b")
    case .donor2: (Self.thin, "#d55e00", "#f7904a")
    case .band0: ("fill:$;fill-opacity:0.25", "#0072b2", "#56b4e9")
    case .band1: ("fill:$;fill-opacity:0.25", "#008f68", "#2cc79b")
    case .band2: ("fill:$;fill-opacity:0.25", "#d55e00", "#f7904a")
    case .mark0: ("fill:$;fill-opacity:0.7", "#0072b2", "#56b4e9")
    case .mark1: ("fill:$;fill-opacity:0.7", "#008f68", "#2cc79b")
    case .mark2: ("fill:$;fill-opacity:0.7", "#d55e00", "#f7904a")
    case .mean: ("fill:none;stroke:$;stroke-width:2.5", "#14181d", "#f4f6f8")
    case .ld0: (Self.dot(5), "#a9b7c9", "#566271")
    case .ld1: (Self.dot(5.5), "#4fa9de", "#3d80b3")
    case .ld2: (Self.dot(6), "#008f68", "#22a582")
    case .ld3: (Self.dot(6.5), "#c25400", "#f0963f")
    case .ld4: (Self.dot(7), "#7d1440", "#ffd97a")
    case .ldUnknown: ("fill:none;stroke:$;stroke-width:1.1", "#7b8794", "#8d99a6")
    case .lead: ("fill:$;stroke:#ffffff;stroke-width:1", "#14181d", "#ff7ab8")
    case .gene: ("fill:$", "#3d4752", "#b9c2cc")
    case .effect: ("fill:none;stroke:$;stroke-width:2.5;stroke-linecap:round", "#0072b2", "#56b4e9")
    case .effectBand: ("fill:$;fill-opacity:0.25", "#0072b2", "#56b4e9")
    case .identityBand: ("fill:$", "#e8ebef", "#262c33")
    case .identity: ("fill:none;stroke:$;stroke-width:1", "#4a525c", "#aab3bd")
    case .series0: (Self.dot(4.5), "#0072b2", "#56b4e9")
    case .series1: (Self.dot(4.5), "#d55e00", "#f7904a")
    case .series2: (Self.dot(4.5), "#008f68", "#2cc79b")
    case .series3: (Self.dot(4.5), "#b4558e", "#e79ac6")
    case .series4: (Self.dot(4.5), "#8a6a00", "#f0e442")
    case .series5: (Self.dot(4.5), "#3d4752", "#c9d1d9")
    case .chromosomeOdd: (Self.dot(3.6), "#0072b2", "#56b4e9")
    case .chromosomeEven: (Self.dot(3.6), "#7f8b99", "#8996a5")
    case .hit: ("fill:$", "#d55e00", "#f7904a")
    case .bar: ("fill:$", "#5b93bd", "#4d8dbb")
    case .marker: (Self.dashed, "#a03a00", "#f7a270")
    case .visit: (Self.dot(7), "#0072b2", "#56b4e9")
    case .visitSmall: (Self.dot(3.6), "#0072b2", "#56b4e9")
    case .visitLine: ("fill:none;stroke:$;stroke-width:1", "#b9cfe0", "#34506a")
    case .early: ("fill:$;fill-opacity:0.85", "#0072b2", "#56b4e9")
    case .late: ("fill:$;fill-opacity:0.85", "#d55e00", "#f7904a")
    case .turning: ("fill:$;fill-opacity:0.85", "#7d1440", "#e79ac6")
    }
  }

  private static let dashed = "fill:none;stroke:$;stroke-width:1.3;stroke-dasharray:6 4"
  private static let fitted = "fill:none;stroke:$;stroke-width:2.6"
  private static let thin = "fill:none;stroke:$;stroke-width:0.9;stroke-linejoin:round"

  /// A path of lines without length is a path of dots.
  private static func dot(_ width: Double) -> String {
    "fill:none;stroke:$;stroke-linecap:round;stroke-width:\(PathText.number(width))"
  }
}
