import KernelInterface

/// Mills' ratio Q(w)/φ(w) of the normal distribution for 0 ≤ w ≤ 1e150.
///
/// (1 + w) times the ratio is a polynomial of degree 23 in s = (w − 4)/(w + 4) to 1e-16: one
/// formula for the whole half-line (the form of Shepherd & Laframboise 1981,
/// doi:10.1090/S0025-5718-1981-0595058-X). Coefficients: `reference/tails/constants.py`.
///
/// - Complexity: about 30 instructions; relative error below 4 units in the last place.
@inline(__always)
func millsRatio(_ w: Lanes) -> Lanes {
  let s = (w - 4) / (w + 4)
  // Even and odd powers apart: two chains of half the length.
  let z = s * s
  var even = Lanes(repeating: -3.874300207686973e-09)
  even.horner(z, 4.372207364651429e-08)
  even.horner(z, -2.7628944223830873e-07)
  even.horner(z, 1.3805876779523012e-06)
  even.horner(z, -6.546928120500802e-06)
  even.horner(z, 3.4156106940806135e-05)
  even.horner(z, -0.00022021482490664187)
  even.horner(z, 0.001741848641757937)
  even.horner(z, -0.01253910360671188)
  even.horner(z, -0.08070800967978549)
  even.horner(z, 0.03509188023476339)
  even.horner(z, 1.1832619145678034)
  var odd = Lanes(repeating: -1.6952996818880583e-09)
  odd.horner(z, 1.3723059452459651e-08)
  odd.horner(z, -4.494916382038613e-08)
  odd.horner(z, -3.101083609757584e-09)
  odd.horner(z, 1.0194890870987357e-06)
  odd.horner(z, -8.606187876096938e-06)
  odd.horner(z, 5.3266970938315365e-05)
  odd.horner(z, -0.00023670175882712258)
  odd.horner(z, -0.0007159509052838121)
  odd.horner(z, 0.04495912907706981)
  odd.horner(z, 0.07169048120143744)
  odd.horner(z, -0.2423996705218081)
  return Lanes.fused(odd, s, even) / (1 + w)
}
