/// What a mark is painted with: the CSS class of its element.
///
/// Colours are those of Okabe and Ito (2008), which the colour-blind tell apart; for a dark
/// background they are lighter. Genotypes differ in dash and shape, too; linkage disequilibrium is
/// a scale whose lightness falls from class to class (rises, on a dark background).
enum Ink: String, CaseIterable {
  case background = "sq-background"
  case emptyFrame = "sq-empty"
  case grid = "sq-grid"
  case axis = "sq-axis"
  case zero = "sq-zero"
  case threshold = "sq-threshold"
  case leader = "sq-leader"
  case halo = "sq-halo"
  case highlight = "sq-highlight"

  case genotype0 = "sq-g0"
  case genotype1 = "sq-g1"
  case genotype2 = "sq-g2"
  case donor0 = "sq-donor0"
  case donor1 = "sq-donor1"
  case donor2 = "sq-donor2"
  case band0 = "sq-band0"
  case band1 = "sq-band1"
  case band2 = "sq-band2"
  case mark0 = "sq-mark0"
  case mark1 = "sq-mark1"
  case mark2 = "sq-mark2"
  case mean = "sq-mean"

  case ld0 = "sq-ld0"
  case ld1 = "sq-ld1"
  case ld2 = "sq-ld2"
  case ld3 = "sq-ld3"
  case ld4 = "sq-ld4"
  case ldUnknown = "sq-ldna"
  case lead = "sq-lead"
  case gene = "sq-gene"

  case effect = "sq-effect"
  case effectBand = "sq-effectband"
  case identityBand = "sq-identityband"
  case identity = "sq-identity"
  case series0 = "sq-s0"
  case series1 = "sq-s1"
  case series2 = "sq-s2"
  case series3 = "sq-s3"
  case series4 = "sq-s4"
  case series5 = "sq-s5"

  case chromosomeOdd = "sq-chr1"
  case chromosomeEven = "sq-chr2"
  case hit = "sq-hit"
  case bar = "sq-bar"
  case marker = "sq-marker"
  case visit = "sq-visit"
  case visitLine = "sq-visitline"
  case visitSmall = "sq-visitsmall"
  case early = "sq-early"
  case late = "sq-late"
  case turning = "sq-switch"

  static let genotypes: [Ink] = [.genotype0, .genotype1, .genotype2]
  static let donors: [Ink] = [.donor0, .donor1, .donor2]
  static let bands: [Ink] = [.band0, .band1, .band2]
  static let marks: [Ink] = [.mark0, .mark1, .mark2]
  static let linkage: [Ink] = [.ld0, .ld1, .ld2, .ld3, .ld4]
  static let series: [Ink] = [.series0, .series1, .series2, .series3, .series4, .series5]
}
