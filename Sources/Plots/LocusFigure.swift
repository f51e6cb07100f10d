/// One gene and one variant in four pictures.
package struct LocusFigure: Chart {
  package let title: String
  package var howToRead: String
  let regional: RegionalPlot
  let trajectory: TrajectoryPlot
  let effect: EffectPlot
  let slope: SlopePlot

  /// - Parameter minusLog10P: of the test of genotype × time; not finite where there is none.
  package init(
    gene: String, variant: String, minusLog10P: Double, regional: RegionalPlot,
    trajectory: TrajectoryPlot, effect: EffectPlot, slope: SlopePlot,
    howToRead: String = """
    Four views of one gene and one variant: where the signal lies (a), what donors of the three \
    genotypes express over time (b), the effect that follows from it (c), and the slopes of \
    the donors (d).
    """
  ) {
    var title = "\(gene) and \(variant)"
    if minusLog10P.isFinite { title += ", p = \(PlotNumber.pValue(minusLog10: minusLog10P))" }
    self.title = title
    self.howToRead = howToRead
    self.regional = regional
    self.trajectory = trajectory
    self.effect = effect
    self.slope = slope
  }

  private var panels: [any Chart] { [regional, trajectory, effect, slope] }

  /// Where one picture is there, the others say why they are not.
  package var emptyReason: String? {
    let reasons = panels.compactMap(\.emptyReason)
    return reasons.count == panels.count ? reasons.joined(separator: " ") : nil
  }

  package var titleStyle: TextStyle { .heading }

  package var summary: String {
    zip(["a", "b", "c", "d"], panels).map { "(\($0)) \($1.title): \($1.emptyReason ?? $1.summary)" }
      .joined(separator: " ")
  }

  /// A frame with a reason has nothing that could be read.
  private static func caption(_ panel: any Chart) -> String {
    panel.emptyReason == nil ? panel.caption : ""
  }

  private static let gap = 36.0

  private static func columns(_ width: Double) -> Int { width >= 760 ? 2 : 1 }

  private static func panelWidth(_ width: Double) -> Double {
    let columns = Double(columns(width))
    return ((width - (columns - 1) * gap) / columns).rounded(.down)
  }

  private static let titleRoom = 26.0

  /// The heights of the picture and of the caption of each row.
  private func rows(width: Double) -> [(picture: Double, caption: Double)] {
    let columns = Self.columns(width)
    let panelWidth = Self.panelWidth(width)
    return stride(from: 0, to: panels.count, by: columns).map { start in
      let row = panels[start..<(start + columns)]
      let lines = row.map { TextMetrics.wrap(Self.caption($0), width: panelWidth, .small).count }
      return (
        row.map { $0.height(width: panelWidth) }.max() ?? 0,
        Double(lines.max() ?? 0) * TextStyle.small.lineHeight + 8
      )
    }
  }

  package func height(width: Double) -> Double {
    let rows = rows(width: width)
    return rows.reduce(0) { $0 + $1.picture + $1.caption + Self.titleRoom }
      + Double(rows.count - 1) * Self.gap + 12
  }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let columns = Self.columns(box.rectangle.width)
    let width = Self.panelWidth(box.rectangle.width)
    var y = box.rectangle.y
    for (row, heights) in rows(width: box.rectangle.width).enumerated() {
      for column in 0..<columns {
        let index = row * columns + column
        let panel = panels[index]
        let x = box.rectangle.x + Double(column) * (width + Self.gap)
        drawing.text(["a", "b", "c", "d"][index], x: x, baseline: y + 14, .title)
        drawing.text(
          TextMetrics.fit(panel.title, width: width - 18, .title), x: x + 18, baseline: y + 14,
          .title)
        panel.drawOrExplain(
          on: &drawing,
          in: Rectangle(x: x, y: y + Self.titleRoom, width: width, height: heights.picture))
        drawing.paragraph(
          TextMetrics.wrap(Self.caption(panel), width: width, .small), x: x,
          top: y + Self.titleRoom + heights.picture + 8, .small, isMuted: true)
      }
      y += heights.picture + heights.caption + Self.titleRoom + Self.gap
    }
  }
}
