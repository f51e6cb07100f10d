/// The effects of the lead variants of significant genes at the first and at the last time.
package struct EffectEndsPlot: Chart {
  /// How an effect changes between the first and the last time.
  package enum Pattern: String, Sendable, CaseIterable {
    case early, late
    /// The effect changes its sign.
    case turning = "switch"

    var ink: Ink {
      switch self {
      case .early: .early
      case .late: .late
      case .turning: .turning
      }
    }

    var shape: Shape {
      switch self {
      case .early: .circle
      case .late: .triangle
      case .turning: .diamond
      }
    }

    var explanation: String {
      switch self {
      case .early: "early: fades"
      case .late: "late: grows"
      case .turning: "switch: turns its sign"
      }
    }
  }

  package var title: String
  package var howToRead: String
  let first: [Double]
  let last: [Double]
  let patterns: [Pattern]
  let effectUnit: String

  /// - Parameters:
  ///   - first: each gene's effect per allele at the first time.
  ///   - last: at the last time.
  ///   - effectUnit: of the effects; empty where they have none.
  package init(
    title: String = "Early, late and switching effects", first: [Double], last: [Double],
    patterns: [Pattern], effectUnit: String = "",
    howToRead: String = """
    Each mark is a significant gene: the effect of an allele at the first time against that at \
    the last. On the thin diagonal nothing would change; early effects lie near the horizontal \
    zero line, late ones near the vertical, and effects that turn their sign in the upper left \
    and lower right.
    """
  ) {
    precondition(
      first.count == last.count && first.count == patterns.count,
      "first \(first.count), last \(last.count), patterns \(patterns.count)")
    self.title = title
    self.howToRead = howToRead
    self.first = first
    self.last = last
    self.patterns = patterns
    self.effectUnit = effectUnit
  }

  private var finite: [Int] { first.indices.filter { first[$0].isFinite && last[$0].isFinite } }

  private var counts: [(pattern: Pattern, count: Int)] {
    let finite = finite
    return Pattern.allCases.map { pattern in
      (pattern, finite.filter { patterns[$0] == pattern }.count)
    }
  }

  package var emptyReason: String? {
    finite.isEmpty ? "No gene is significant, so there are no effects to compare." : nil
  }

  package var summary: String {
    counts.map { "\($0.count) \($0.pattern.rawValue)" }.joined(separator: ", ") + "."
  }

  private static let barRow = 26.0

  private static func isWide(_ width: Double) -> Bool { width >= 600 }

  package func height(width: Double) -> Double {
    Self.isWide(width) ? 440 : min(width, 440) + 3 * Self.barRow + 16
  }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let rectangle = box.rectangle
    let isWide = Self.isWide(rectangle.width)
    let plot =
      isWide
      ? rectangle.inset(right: rectangle.width * 0.38)
      : rectangle.inset(top: 3 * Self.barRow + 12)
    let finite = finite
    let range = LinearScale.range(finite.flatMap { [first[$0], last[$0]] }) ?? 0...1
    let domain = range.including(0).padded(0.06)
    let area = PlotArea(
      in: plot,
      x: PlotAxis(domain: domain, label: AxisLabel("Effect at first time", unit: effectUnit)),
      y: PlotAxis(domain: domain, label: AxisLabel("Effect at last time", unit: effectUnit)),
      isSquare: true)
    let left = area.inner.right + 36
    let bars =
      isWide
      ? Rectangle(
        x: left, y: area.inner.y, width: min(320, rectangle.right - left), height: 3 * Self.barRow)
      : Rectangle(
        x: rectangle.x, y: rectangle.y, width: rectangle.width, height: 3 * Self.barRow)
    drawBars(on: &drawing, in: bars, isStacked: isWide)
    area.draw(on: &drawing)
    let zero = area.place(0, 0)
    drawing.line(Point(x: area.inner.x, y: zero.y), Point(x: area.inner.right, y: zero.y), .zero)
    drawing.line(Point(x: zero.x, y: area.inner.y), Point(x: zero.x, y: area.inner.bottom), .zero)
    drawing.line(
      area.place(domain.lowerBound, domain.lowerBound),
      area.place(domain.upperBound, domain.upperBound), .leader)
    for pattern in Pattern.allCases {
      drawing.shapes(
        pattern.shape, size: finite.count > 400 ? 6 : 8,
        at: finite.filter { patterns[$0] == pattern }.map { area.place(first[$0], last[$0]) },
        pattern.ink)
    }
  }

  /// A row per pattern: its mark and what it means, the number, and a bar; the bar is below where
  /// the column is narrow.
  private func drawBars(on drawing: inout Drawing, in box: Rectangle, isStacked: Bool) {
    let counts = counts
    let most = Double(max(1, counts.lazy.map(\.count).max() ?? 1))
    let nameRoom =
      18 + (counts.lazy.map { TextMetrics.width($0.pattern.explanation, .small) }.max() ?? 0)
    let row = isStacked ? 52.0 : Self.barRow
    for (index, (pattern, count)) in counts.enumerated() {
      let top = box.y + Double(index) * row
      drawing.shapes(
        pattern.shape, size: 9, at: [Point(x: box.x + 6, y: top + 9)], pattern.ink)
      drawing.text(pattern.explanation, x: box.x + 18, baseline: top + 13, .small)
      let left = isStacked ? box.x : box.x + nameRoom + 10
      let number = PlotNumber.count(count)
      let room = box.right - left - TextMetrics.width(number, .strong) - 8
      let bar = Rectangle(
        x: left, y: isStacked ? top + 20 : top + 3, width: max(1, room * Double(count) / most),
        height: 14)
      drawing.rectangle(bar, pattern.ink)
      drawing.text(number, x: bar.right + 6, baseline: bar.y + 11.5, .strong)
    }
  }
}
