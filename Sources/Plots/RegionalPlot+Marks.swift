extension RegionalPlot {
  private static let classes = ["0–0.2", "0.2–0.4", "0.4–0.6", "0.6–0.8", "0.8–1"]

  /// The class of an r², 0 to 4, or 5 where it is unknown.
  static func linkageClass(_ r2: Double?) -> Int {
    guard let r2, r2.isFinite else { return 5 }
    return min(4, max(0, Int(min(max(r2, 0), 1) * 5)))
  }

  /// Only the classes that there are.
  var legend: Legend {
    var isThere = [Bool](repeating: false, count: 6)
    for index in positions.indices where minusLog10P[index].isFinite {
      isThere[Self.linkageClass(linkage[index])] = true
    }
    var entries: [(swatch: Legend.Swatch, label: String)] = []
    if lead != nil { entries.append((.shape(.diamond, .lead), "lead")) }
    for index in (0..<5).reversed() where isThere[index] {
      entries.append((.dot(Ink.linkage[index]), Self.classes[index]))
    }
    let isKnown = isThere[..<5].contains(true)
    if isThere[5], isKnown { entries.append((.shape(.circle, .ldUnknown), "unknown")) }
    return Legend(heading: isKnown ? "r² with lead" : "", entries: entries)
  }

  /// Classes of weak linkage first, so that the others lie on top; returns the places.
  func drawVariants(on drawing: inout Drawing, in area: PlotArea) -> [Point] {
    var dots = [[Point]](repeating: [], count: 6)
    var thinning = PixelThinning()
    let unit = unit
    for index in positions.indices where minusLog10P[index].isFinite {
      let group = Self.linkageClass(linkage[index])
      let point = area.place(Double(positions[index]) / unit.size, minusLog10P[index])
      if thinning.isFirst(point, group: group) { dots[group].append(point) }
    }
    drawing.shapes(.circle, size: 4.5, at: dots[5], .ldUnknown)
    for index in 0..<5 where !dots[index].isEmpty {
      drawing.dots(dots[index], Ink.linkage[index])
    }
    return dots.flatMap { $0 }
  }

  func drawLead(
    on drawing: inout Drawing, in area: PlotArea, placement: inout LabelPlacement
  ) {
    guard let lead, lead.minusLog10P.isFinite else { return }
    let point = area.place(Double(lead.position) / unit.size, lead.minusLog10P)
    drawing.shapes(.diamond, size: 12, at: [point], .lead)
    let text = TextMetrics.fit(lead.id, width: area.inner.width * 0.9, .strong)
    guard let box = placement.place(text, near: point, .strong) else { return }
    drawing.label(text, in: box, .strong)
  }

  /// The gene below the plot: its span, an arrow from its start of transcription, its name.
  func draw(
    _ gene: GeneSpan, on drawing: inout Drawing, in area: PlotArea, top: Double, box: Rectangle
  ) {
    let left = area.x(Double(gene.start) / unit.size)
    let right = max(left + 3, area.x(Double(gene.end) / unit.size))
    let bar = Rectangle(x: left, y: top, width: right - left, height: 9)
    drawing.rectangle(bar, .gene)
    if gene.strand == "+" || gene.strand == "-" {
      let isForward = gene.strand == "+"
      // The arrow's head is outside of the bar, in the direction of transcription.
      let tip = isForward ? bar.right + 8 : bar.x - 8
      let base = isForward ? bar.right : bar.x
      drawing.polygon(
        [
          Point(x: base, y: bar.y - 2), Point(x: tip, y: bar.middleY),
          Point(x: base, y: bar.bottom + 2),
        ], .gene)
    }
    let text = TextMetrics.fit(gene.name, width: box.width - 4, .small)
    let half = TextMetrics.width(text, .small) / 2
    let x = min(max(bar.middleX, box.x + half), box.right - half)
    drawing.text(text, x: x, baseline: top + 23, .small, anchor: .middle)
  }
}
