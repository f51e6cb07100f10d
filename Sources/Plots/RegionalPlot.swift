/// The p-values of the variants around a gene.
package struct RegionalPlot: Chart {
  /// A variant whose dynamic effect is the strongest, or that is asked for.
  package struct Lead: Sendable {
    package let id: String
    package let position: Int
    package let minusLog10P: Double

    package init(id: String, position: Int, minusLog10P: Double) {
      self.id = id
      self.position = position
      self.minusLog10P = minusLog10P
    }
  }

  /// Where a gene lies; `strand` is `+`, `-`, or anything else where it is unknown.
  package struct GeneSpan: Sendable {
    package let name: String
    package let start: Int
    package let end: Int
    package let strand: String

    package init(name: String, start: Int, end: Int, strand: String) {
      self.name = name
      self.start = min(start, end)
      self.end = max(start, end)
      self.strand = strand
    }
  }

  package var title: String
  package var howToRead: String
  let chromosome: String
  let positions: [Int]
  let minusLog10P: [Double]
  let linkage: [Double?]
  let lead: Lead?
  let gene: GeneSpan?
  let threshold: PlotThreshold?

  /// - Parameters:
  ///   - positions: of the variants, 1-based.
  ///   - minusLog10P: −log₁₀ of the variants' p-values; not finite where a fit failed.
  ///   - linkage: r² with the lead variant, nil where it is unknown.
  package init(
    title: String = "Variants around the gene", chromosome: String, positions: [Int],
    minusLog10P: [Double], linkage: [Double?], lead: Lead?, gene: GeneSpan?,
    threshold: PlotThreshold? = nil,
    howToRead: String =
      """
    Each dot is a variant; the higher it lies, the stronger the evidence that its effect \
    on the gene changes with time. Colour is linkage disequilibrium (r²) with the lead \
    variant, the diamond: dots of its colour rising with it are most likely one signal.
    """
  ) {
    precondition(
      positions.count == minusLog10P.count && positions.count == linkage.count,
      "\(positions.count) positions, \(minusLog10P.count) p-values, \(linkage.count) r²")
    self.title = title
    self.howToRead = howToRead
    self.chromosome = chromosome
    self.positions = positions
    self.minusLog10P = minusLog10P
    self.linkage = linkage
    self.lead = lead
    self.gene = gene
    self.threshold = threshold
  }

  private var shortName: String { ManhattanPlot.Chromosome.shortName(chromosome) }

  private var failed: Int { minusLog10P.lazy.filter { !$0.isFinite }.count }

  package var emptyReason: String? {
    if positions.isEmpty { return "No variant of this gene was tested, so there is none to show." }
    return failed == positions.count
      ? "No p-value of \(PlotNumber.count(failed, "variant")): all fits failed." : nil
  }

  package var notes: [String] {
    failed == 0 ? [] : ["Not drawn: \(PlotNumber.count(failed, "variant")) without a p-value."]
  }

  package var summary: String {
    let count = PlotNumber.count(positions.count - failed)
    var text = "\(count) variants on chromosome \(shortName)."
    if let lead {
      text += " The lead variant \(lead.id) at \(PlotNumber.count(lead.position)) has"
      text += " p = \(PlotNumber.pValue(minusLog10: lead.minusLog10P))."
    }
    return text
  }

  package func height(width: Double) -> Double { width < 480 ? 330 : min(430, width * 0.62) }

  /// Everything that the axis must show, in bases.
  private var edges: [Double] {
    var edges = positions.indices.filter { minusLog10P[$0].isFinite }.map {
      Double(positions[$0])
    }
    if let lead { edges.append(Double(lead.position)) }
    if let gene { edges += [Double(gene.start), Double(gene.end)] }
    return edges
  }

  /// The unit of positions in which neighbouring ticks differ in their first decimals.
  var unit: (name: String, size: Double) {
    guard let range = LinearScale.range(edges) else { return ("Mb", 1e6) }
    let span = (edges.max() ?? 0) - (edges.min() ?? 0)
    if span >= 1e5 { return ("Mb", 1e6) }
    return span < 1e3 && range.upperBound < 1e5 ? ("bp", 1) : ("kb", 1e3)
  }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let rest = legend.draw(on: &drawing, in: box.rectangle)
    let unit = unit
    let domain = (LinearScale.range(edges.map { $0 / unit.size }) ?? 0...1).padded(0.02)
    var highest = minusLog10P.lazy.filter(\.isFinite).max() ?? 1
    if let lead, lead.minusLog10P.isFinite { highest = max(highest, lead.minusLog10P) }
    if let threshold { highest = max(highest, threshold.minusLog10P) }
    let area = PlotArea(
      in: rest.inset(bottom: gene == nil ? 0 : Self.trackHeight),
      x: PlotAxis(
        domain: domain, label: AxisLabel("Position on chromosome \(shortName)", unit: unit.name)),
      y: PlotAxis(
        domain: 0...max(1, highest * 1.16), label: AxisLabel("−log₁₀ p, genotype × time")))
    if let gene {
      let left = area.x(Double(gene.start) / unit.size)
      drawing.rectangle(
        Rectangle(
          x: left, y: area.inner.y, width: max(1, area.x(Double(gene.end) / unit.size) - left),
          height: area.inner.height), .highlight)
    }
    area.draw(on: &drawing)
    var placement = LabelPlacement(in: area.inner)
    let dots = drawVariants(on: &drawing, in: area)
    threshold?.draw(on: &drawing, in: area, dots: dots, placement: &placement)
    drawLead(on: &drawing, in: area, placement: &placement)
    if let gene {
      draw(
        gene, on: &drawing, in: area,
        top: rest.bottom - Self.trackHeight + 8, box: rest)
    }
  }

  static let trackHeight = 38.0
}
