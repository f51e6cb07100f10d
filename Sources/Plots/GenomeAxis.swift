/// Chromosomes side by side.
struct GenomeAxis {
  private let names: [String]
  private let starts: [Double]
  private let lengths: [Double]
  /// Of all chromosomes with the gaps between them, in base pairs.
  let total: Double

  init(plot: ManhattanPlot) {
    var lengths = plot.chromosomes.map { Double(max(1, $0.length)) }
    for (chromosome, position) in zip(plot.chromosome, plot.positions) {
      lengths[chromosome] = max(lengths[chromosome], Double(position))
    }
    for hit in plot.hits {
      lengths[hit.chromosome] = max(lengths[hit.chromosome], Double(hit.position))
    }
    let gap = lengths.count > 1 ? lengths.reduce(0, +) * 0.1 / Double(lengths.count + 10) : 0
    var starts: [Double] = []
    var end = 0.0
    for length in lengths {
      starts.append(end)
      end += length + gap
    }
    names = plot.chromosomes.map(\.shortName)
    self.starts = starts
    self.lengths = lengths
    total = max(1, end - gap)
  }

  /// From the start of the first chromosome, in base pairs.
  func place(chromosome: Int, position: Int) -> Double { starts[chromosome] + Double(position) }

  /// Names below the chromosomes, without `chr` and those for which there is no room; a short line
  /// between any two.
  func drawNames(on drawing: inout Drawing, in area: PlotArea) {
    let texts = names.map { TextMetrics.fit($0, width: 90, .small) }
    var free = area.inner.x - 30
    for (index, text) in texts.enumerated() {
      let left = area.x(starts[index] / 1e6)
      let right = area.x((starts[index] + lengths[index]) / 1e6)
      if index > 0 {
        let border = (left + area.x((starts[index - 1] + lengths[index - 1]) / 1e6)) / 2
        drawing.line(
          Point(x: border, y: area.inner.bottom), Point(x: border, y: area.inner.bottom + 4), .axis)
      }
      let half = TextMetrics.width(text, .small) / 2
      let middle = min((left + right) / 2, area.inner.right + 8 - half)
      guard middle - half >= free else { continue }
      drawing.text(
        text, x: middle, baseline: area.inner.bottom + 16, .small, anchor: .middle, isMuted: true)
      free = middle + half + 5
    }
  }
}
