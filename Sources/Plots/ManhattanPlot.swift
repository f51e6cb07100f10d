/// p-values along the genome.
package struct ManhattanPlot: Chart {
  package struct Chromosome: Sendable {
    package let name: String
    package let length: Int

    /// - Parameter length: in base pairs; positions beyond it make it longer.
    package init(name: String, length: Int) {
      self.name = name
      self.length = length
    }

    /// The name without `chr` before it.
    var shortName: String { Self.shortName(name) }

    static func shortName(_ name: String) -> String {
      name.hasPrefix("chr") && name.count > 3 ? String(name.dropFirst(3)) : name
    }
  }

  /// A point that is to be named.
  package struct Hit: Sendable {
    package let chromosome: Int
    package let position: Int
    package let minusLog10P: Double
    package let label: String

    /// - Parameter chromosome: its place in the plot's list, from 0.
    package init(chromosome: Int, position: Int, minusLog10P: Double, label: String) {
      self.chromosome = chromosome
      self.position = position
      self.minusLog10P = minusLog10P
      self.label = label
    }
  }

  package var title: String
  package var howToRead: String
  let chromosomes: [Chromosome]
  let chromosome: [Int]
  let positions: [Int]
  let minusLog10P: [Double]
  let thresholds: [PlotThreshold]
  let hits: [Hit]

  /// - Parameters:
  ///   - chromosome: each point's place in `chromosomes`, from 0.
  ///   - hits: points to be named, the most important first; what finds no room is not named.
  package init(
    title: String = "Dynamic effects along the genome", chromosomes: [Chromosome],
    chromosome: [Int], positions: [Int], minusLog10P: [Double],
    thresholds: [PlotThreshold] = [], hits: [Hit] = [],
    howToRead: String = """
    Each dot is one test, placed by where it lies in the genome; the higher, the stronger the \
    evidence of an effect that changes with time. Colours only tell neighbouring chromosomes \
    apart. Dots above a dashed line pass the threshold written on it.
    """
  ) {
    precondition(
      chromosome.count == positions.count && chromosome.count == minusLog10P.count,
      "\(chromosome.count) chromosomes, \(positions.count) positions, \(minusLog10P.count) p")
    precondition(
      (chromosome + hits.map(\.chromosome)).allSatisfy { chromosomes.indices.contains($0) },
      "a chromosome that is not among the \(chromosomes.count)")
    self.title = title
    self.howToRead = howToRead
    self.chromosomes = chromosomes
    self.chromosome = chromosome
    self.positions = positions
    self.minusLog10P = minusLog10P
    self.thresholds = thresholds
    self.hits = hits
  }

  package var emptyReason: String? {
    minusLog10P.contains(where: \.isFinite) ? nil : "There are no p-values to show."
  }

  package var notes: [String] {
    let failed = minusLog10P.lazy.filter { !$0.isFinite }.count
    return failed == 0 ? [] : ["Not drawn: \(PlotNumber.count(failed, "test")) without a p-value."]
  }

  package var summary: String {
    var text = "\(PlotNumber.count(minusLog10P.count)) points on"
    text += " \(chromosomes.count) \(chromosomes.count == 1 ? "chromosome" : "chromosomes")."
    if let best = hits.first {
      text += " The strongest named is \(best.label),"
      text += " p = \(PlotNumber.pValue(minusLog10: best.minusLog10P))."
    }
    return text
  }

  package func height(width: Double) -> Double { width < 480 ? 300 : min(380, width * 0.45) }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let genome = GenomeAxis(plot: self)
    var highest = minusLog10P.lazy.filter(\.isFinite).max() ?? 1
    for threshold in thresholds { highest = max(highest, threshold.minusLog10P) }
    for hit in hits where hit.minusLog10P.isFinite { highest = max(highest, hit.minusLog10P) }
    let room = hits.isEmpty ? 1.06 : 1.2
    let single = chromosomes.count == 1
    let area = PlotArea(
      in: box.rectangle,
      x: single
        ? PlotAxis(
          domain: (LinearScale.range(
            (positions + hits.map(\.position)).map { Double($0) / 1e6 }) ?? 0...1).padded(0.02),
          label: AxisLabel("Position on chromosome \(chromosomes[0].shortName)", unit: "Mb"))
        : PlotAxis(
          domain: 0...(genome.total / 1e6), label: AxisLabel("Chromosome"), kind: .own(room: 20)),
      y: PlotAxis(domain: 0...max(1, highest * room), label: AxisLabel("−log₁₀ p")))
    area.draw(on: &drawing)
    if !single { genome.drawNames(on: &drawing, in: area) }
    let dots = drawDots(on: &drawing, in: area, genome: genome)
    drawLabels(on: &drawing, in: area, genome: genome, dots: dots)
  }

  /// Returns the places of the dots.
  private func drawDots(
    on drawing: inout Drawing, in area: PlotArea, genome: GenomeAxis
  ) -> [Point] {
    var dots: [[Point]] = [[], []]
    var thinning = PixelThinning()
    for index in positions.indices where minusLog10P[index].isFinite {
      let place = genome.place(chromosome: chromosome[index], position: positions[index])
      let point = area.place(place / 1e6, max(0, minusLog10P[index]))
      let group = chromosome[index] % 2
      if thinning.isFirst(point, group: group) { dots[group].append(point) }
    }
    drawing.dots(dots[0], .chromosomeOdd)
    drawing.dots(dots[1], .chromosomeEven)
    return dots[0] + dots[1]
  }

  private func drawLabels(
    on drawing: inout Drawing, in area: PlotArea, genome: GenomeAxis, dots: [Point]
  ) {
    let points = hits.map {
      area.place(
        genome.place(chromosome: $0.chromosome, position: $0.position) / 1e6, $0.minusLog10P)
    }
    let shown = hits.indices.filter { points[$0].isFinite }
    var placement = LabelPlacement(
      in: area.inner,
      avoiding: shown.map {
        Rectangle(x: points[$0].x - 5, y: points[$0].y - 5, width: 10, height: 10)
      })
    for threshold in thresholds {
      threshold.draw(on: &drawing, in: area, dots: dots, placement: &placement)
    }
    for index in shown {
      let point = points[index]
      drawing.shapes(.diamond, size: 8, at: [point], .hit)
      let text = TextMetrics.fit(hits[index].label, width: area.inner.width * 0.6, .small)
      guard let box = placement.place(text, near: point, .small) else { continue }
      if box.bottom < point.y - LabelPlacement.near {
        let end = min(max(point.x, box.x + 4), box.right - 4)
        drawing.line(Point(x: point.x, y: point.y - 5), Point(x: end, y: box.bottom), .leader)
      }
      drawing.label(text, in: box, .small)
    }
  }
}
