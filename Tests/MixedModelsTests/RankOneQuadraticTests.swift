import Testing

@testable import MixedModels

@Suite("The quadratic over rank-one matrices")
struct RankOneQuadraticTests {
  @Test("is minimised where a scan with bisection finds it", arguments: 1...20)
  func equalsScan(block: Int) {
    var faces: Set<String> = []
    for seed in (block * 100)..<(block * 100 + 100) {
      let problem = ConeQuadraticTests.random(seed, shape: .full)
      let fast = RankOneQuadratic(hessian: problem.hessian, linear: problem.linear).minimiser()
      let slow = ScannedRankOne(hessian: problem.hessian, linear: problem.linear).minimiser()
      faces.insert("\(slow.face)")
      #expect(fast.face == slow.face)
      let scale = 1 + slow.point.a11 + slow.point.a22
      // Bisection knows the sign of a derivative, and so the angle, to about 1e-14; what the angle
      // changes of M is of that order too, but more where the peak is flat.
      #expect(abs(fast.point.a11 - slow.point.a11) < 1e-10 * scale)
      #expect(abs(fast.point.a12 - slow.point.a12) < 1e-10 * scale)
      #expect(abs(fast.point.a22 - slow.point.a22) < 1e-10 * scale)
      #expect(
        abs(problem.value(at: fast.point) - problem.value(at: slow.point)) < 1e-12 * scale * scale)
    }
    #expect(faces.contains("rankOne"))
  }

  @Test("has its minimum along the axes, and at zero")
  func axes() {
    let identity = SymmetricMatrix3(1, 0, 0, 1, 0, 1)
    let cases: [((Double, Double, Double), SymmetricMatrix2, ConeFace)] = [
      ((2, 0, -1), SymmetricMatrix2(2, 0, 0), .rankOne),
      ((-1, 0, 3), SymmetricMatrix2(0, 0, 3), .rankOne),
      ((-1, 0, -2), .zero, .zero), ((-1, 0, -1), .zero, .zero), ((0, 0, 0), .zero, .zero),
    ]
    for (linear, expected, face) in cases {
      let found = RankOneQuadratic(hessian: identity, linear: linear).minimiser()
      #expect(found.face == face)
      #expect(abs(found.point.a11 - expected.a11) < 1e-14)
      #expect(abs(found.point.a12 - expected.a12) < 1e-14)
      #expect(abs(found.point.a22 - expected.a22) < 1e-14)
    }
  }

  @Test("a mended Hessian has the absolute eigenvalues of the one given", arguments: 1...50)
  func mended(seed: Int) {
    var random = TestRandom(seed: UInt64(seed))
    let h = SymmetricMatrix3(
      random.normal(), random.normal(), random.normal(), random.normal(), random.normal(),
      random.normal())
    let mended = h.madePositiveDefinite()
    #expect(mended.isPositiveDefinite)
    // |H|² = H² but for eigenvalues below 1e-3 of the largest, which are raised to that.
    func square(_ m: SymmetricMatrix3) -> [[Double]] {
      let a = [[m.h11, m.h12, m.h13], [m.h12, m.h22, m.h23], [m.h13, m.h23, m.h33]]
      return (0..<3).map { i in (0..<3).map { j in (0..<3).reduce(0) { $0 + a[i][$1] * a[$1][j] } }
      }
    }
    let (given, found) = (square(h), square(mended))
    let size = max(given[0][0], max(given[1][1], given[2][2]))
    for i in 0..<3 { for j in 0..<3 { #expect(abs(given[i][j] - found[i][j]) < 1e-5 * size) } }
  }
}
