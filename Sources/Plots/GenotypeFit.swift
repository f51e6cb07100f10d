/// The expression that a model expects of donors with one genotype, over time.
package struct GenotypeFit: Sendable {
  /// Copies of the effect allele: 0, 1 or 2.
  package let genotype: Int
  package let times: [Double]
  package let mean: [Double]
  package let lower: [Double]
  package let upper: [Double]

  /// - Parameters:
  ///   - genotype: copies of the effect allele: 0, 1 or 2.
  ///   - times: ascending.
  ///   - mean: of the model at these times.
  ///   - lower: the lower end of the 95 % confidence band.
  ///   - upper: its upper end.
  package init(
    genotype: Int, times: [Double], mean: [Double], lower: [Double], upper: [Double]
  ) {
    precondition((0...2).contains(genotype), "genotype \(genotype)")
    precondition(
      times.count == mean.count && times.count == lower.count && times.count == upper.count,
      "times \(times.count), mean \(mean.count), lower \(lower.count), upper \(upper.count)")
    self.genotype = genotype
    self.times = times
    self.mean = mean
    self.lower = lower
    self.upper = upper
  }

  /// Band and line.
  func draw(on drawing: inout Drawing, in area: PlotArea) {
    let lowerEdge = times.indices.map { area.place(times[$0], lower[$0]) }
    let upperEdge = times.indices.map { area.place(times[$0], upper[$0]) }
    drawing.band(lowerEdge, upperEdge, Ink.bands[genotype])
  }

  /// The line above everything, with a rim that parts it from what lies below.
  func drawLine(on drawing: inout Drawing, in area: PlotArea) {
    let points = times.indices.map { area.place(times[$0], mean[$0]) }
    drawing.polyline(points, .halo)
    drawing.polyline(points, Ink.genotypes[genotype])
  }

  /// All finite values, for the y axis.
  var values: [Double] { (mean + lower + upper).filter(\.isFinite) }
}

/// Names of the three genotypes.
package struct GenotypeLabels: Sendable {
  package let names: [String]

  /// `A/A`, `A/G`, `G/G` of reference allele and effect allele, which are cut where they are long.
  package init(reference: String, effect: String) {
    let short = [reference, effect].map { $0.count > 8 ? String($0.prefix(7)) + "…" : $0 }
    names = ["\(short[0])/\(short[0])", "\(short[0])/\(short[1])", "\(short[1])/\(short[1])"]
  }

  /// Names as given, of 0, 1 and 2 copies of the effect allele.
  package init(_ names: [String]) {
    precondition(names.count == 3, "\(names.count) names of genotypes")
    self.names = names
  }

  /// The genotype nearest to a dosage; nil where the dosage is not a number.
  static func rounded(_ dosage: Double) -> Int? {
    dosage.isFinite ? min(2, max(0, Int(min(max(dosage, 0), 2).rounded()))) : nil
  }
}
