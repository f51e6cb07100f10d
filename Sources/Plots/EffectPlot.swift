/// The effect of one allele on expression at every time.
package struct EffectPlot: Chart {
  package var title: String
  package var howToRead: String
  let times: [Double]
  let effect: [Double]
  let lower: [Double]
  let upper: [Double]
  let timeCentre: Double?
  let timeAxis: AxisLabel
  let effectAxis: AxisLabel

  /// - Parameters:
  ///   - times: ascending.
  ///   - effect: of one further effect allele at these times.
  ///   - lower: the lower end of the 95 % confidence band.
  ///   - upper: its upper end.
  ///   - response: what changes by the effect, for the caption.
  ///   - timeCentre: the time at which `b_g` is the effect.
  package init(
    title: String = "Effect of the allele over time", times: [Double], effect: [Double],
    lower: [Double], upper: [Double], timeCentre: Double?, timeAxis: AxisLabel,
    effectAxis: AxisLabel, response: String = "expression"
  ) {
    precondition(
      times.count == effect.count && times.count == lower.count && times.count == upper.count,
      "times \(times.count), effect \(effect.count), lower \(lower.count), upper \(upper.count)")
    self.title = title
    howToRead = """
      The line is the change in \(response) per effect allele at each time, with its 95 % \
      confidence band. Where the band is clear of the zero line, the allele has an effect at \
      that time; a line that is not flat is a dynamic effect.
      """
    self.times = times
    self.effect = effect
    self.lower = lower
    self.upper = upper
    self.timeCentre = timeCentre
    self.timeAxis = timeAxis
    self.effectAxis = effectAxis
  }

  private var finite: [Int] { times.indices.filter { times[$0].isFinite && effect[$0].isFinite } }

  package var emptyReason: String? {
    finite.isEmpty
      ? "There is no estimate of the effect: this variant has no model, or its fit failed." : nil
  }

  package var summary: String {
    guard let first = finite.first, let last = finite.last else { return "" }
    return "The effect is \(PlotNumber.significant(effect[first])) at time"
      + " \(PlotNumber.significant(times[first])) and \(PlotNumber.significant(effect[last]))"
      + " at time \(PlotNumber.significant(times[last]))."
  }

  package func height(width: Double) -> Double { width < 480 ? 300 : min(400, width * 0.55) }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let finite = finite
    let values = finite.flatMap { [effect[$0], lower[$0], upper[$0]] }
    let timeRange = LinearScale.range(finite.map { times[$0] }) ?? 0...1
    let area = PlotArea(
      in: box.rectangle,
      x: PlotAxis(
        domain: timeRange.padded(0.02), label: timeAxis,
        preferred: TrajectoryPlot.few(finite.map { times[$0] })),
      y: PlotAxis(
        domain: (LinearScale.range(values) ?? 0...1).including(0).padded(0.08), label: effectAxis))
    area.draw(on: &drawing)
    let zero = area.y(0)
    drawing.line(
      Point(x: area.inner.x, y: zero), Point(x: area.inner.right, y: zero), .zero)
    drawing.band(
      finite.map { area.place(times[$0], lower[$0]) },
      finite.map { area.place(times[$0], upper[$0]) }, .effectBand)
    let line = finite.map { area.place(times[$0], effect[$0]) }
    if let timeCentre, timeRange.contains(timeCentre) {
      drawCentre(timeCentre, on: &drawing, in: area)
    }
    drawing.polyline(line, .effect)
    if line.count == 1 { drawing.shapes(.circle, size: 7, at: line, .mark0) }
  }

  /// A vertical line, named where there is room beside it.
  private func drawCentre(_ centre: Double, on drawing: inout Drawing, in area: PlotArea) {
    let x = area.x(centre)
    drawing.line(
      Point(x: x, y: area.inner.y), Point(x: x, y: area.inner.bottom), .marker)
    let text = "time centre"
    let isRight = x + 5 + TextMetrics.width(text, .small) <= area.inner.right
    drawing.text(
      text, x: x + (isRight ? 5 : -5), baseline: area.inner.y + 11, .small,
      anchor: isRight ? .start : .end, isMuted: true)
  }
}
