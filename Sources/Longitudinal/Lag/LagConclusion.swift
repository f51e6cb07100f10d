import Glibc

/// What a cross-lagged model shows of which of two processes leads.
///
/// A path is shown where its test is significant; that one process leads, where the comparison of the
/// standardised paths is significant, too: that one path is significant and the other is not says
/// little of their difference. These are three tests, each at a third of 1 − level, so that all a
/// conclusion says holds in `level` of all data (Bonferroni).
package enum LagConclusion: String, Sendable, CaseIterable {
  case xLeads = "x leads"
  case yLeads = "y leads"
  case bothXStronger = "both, x stronger"
  case bothYStronger = "both, y stronger"
  case bothAlike = "both, no difference shown"
  case xOnly = "x to y, no difference shown"
  case yOnly = "y to x, no difference shown"
  case neither

  package init(_ fit: LagFit) {
    let bound = log((1 - fit.level) / 3)
    let isX = fit.paths.xy.logPValue < bound
    let isY = fit.paths.yx.logPValue < bound
    let differs = fit.comparison.logPValue < bound
    let isXLarger = fit.comparison.estimate > 0
    switch (isX, isY) {
    case (true, true):
      self = differs ? (isXLarger ? .bothXStronger : .bothYStronger) : .bothAlike
    case (true, false): self = differs && isXLarger ? .xLeads : .xOnly
    case (false, true): self = differs && !isXLarger ? .yLeads : .yOnly
    case (false, false): self = .neither
    }
  }
}
