import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Serial correlation")
struct SerialCorrelationTests {
  private static let subjects = [0, 1, 0, 1, 0, 2, 1]

  @Test("is reported by the user's unit of time", arguments: [0.01, 1.0, 365])
  func units(scale: Double) {
    let times = [0.3, 0, 1.1, 0.5, 4, 2, 2.5].map { scale * $0 }
    let serial = SerialCorrelation(
      subjectOfRow: Self.subjects, times: times, allowsNegative: false)
    #expect(abs(serial.unit / (0.5 * scale) - 1) < 1e-12)
    // The correlation of visits half a unit apart, in whatever unit.
    let tau = serial.parameter(typical: 0.4)
    let half = serial.correlation(tau)
    #expect(abs(pow(half, serial.typicalGap * serial.unit) - 0.4) < 1e-12)
  }

  @Test("may be negative where an odd number of units makes the user's")
  func sign() {
    func made(_ times: [Double]) -> SerialCorrelation {
      SerialCorrelation(subjectOfRow: Self.subjects, times: times, allowsNegative: true)
    }
    let odd = made([3, 0, 6, 9, 21, 4, 12])
    #expect(odd.isSigned && odd.unit == 3)
    #expect(abs(odd.correlation(-atanh(0.125)) + 0.5) < 1e-14)
    let even = made([2, 0, 8, 6, 20, 5, 10])
    #expect(!even.isSigned && even.unit == 4)
    #expect(even.correlation(-1) > 0 && even.correlation(1e-6) == 0)
    #expect(
      SerialCorrelation.hasIntegerGaps(
        subjectOfRow: Self.subjects, times: [0.5, 1, 1.5, 3, 4.5, 0.2, 7]))
    #expect(!SerialCorrelation.hasIntegerGaps(subjectOfRow: [0, 0], times: [0, 0.5]))
  }

  @Test(
    "has the derivatives of its powers, at 0 too", arguments: [true, false],
    [-1.3, -0.2, 0, 1e-9, 0.4, 3])
  func derivatives(isSigned: Bool, tau: Double) {
    let serial = SerialCorrelation(
      subjectOfRow: [0, 0], times: [0, 1], allowsNegative: isSigned)
    for gap in isSigned ? [1.0, 2, 5] : [1, 1.4, 2, 3.7] {
      func value(_ tau: Double) -> Double {
        isSigned ? pow(tanh(tau), gap) : pow(abs(tanh(tau)), 2 * gap)
      }
      let link = serial.link(gap: gap, tau: tau, by: .parameter)
      let step = 1e-4
      let (up, down, here) = (value(tau + step), value(tau - step), value(tau))
      #expect(abs(link.correlation - here) < 1e-14)
      #expect(abs(link.rest - (1 - here * here)) < 1e-14)
      // Differences of second order, but where a power's third derivative has no bound.
      #expect(abs(link.first - (up - down) / (2 * step)) < 1e-6)
      #expect(abs(link.second - (up - 2 * here + down) / (step * step)) < 2e-3)
    }
  }

  @Test("joins a subject's rows that no random term does")
  func clusters() {
    let ones = [Double](repeating: 1, count: 7)
    let term = RandomTerm(
      group: "batch", columns: Matrix(rows: 7, columns: [ones]), columnNames: ["(Intercept)"],
      levelOfRow: [0, 1, 2, 3, 0, 4, 4], levelNames: (0..<5).map(String.init))
    var residual = ResidualVariance.homogeneous(samples: 7)
    #expect(StructuredDesign(terms: [term], residual: residual).clusters.count == 5)
    residual.serial = SerialCorrelation(
      subjectOfRow: Self.subjects, times: [2, 0, 1, 1, 0, 0, 2], allowsNegative: true)
    let design = StructuredDesign(terms: [term], residual: residual)
    #expect(design.clusters.map(\.rows) == [0..<3, 3..<7])
    // By subject and time, subjects by their first sample.
    #expect(design.rowOrder == [4, 2, 0, 1, 3, 6, 5])
    #expect(design.serial?.subjects == [[0..<3], [0..<3, 3..<4]])
  }

  @Test("at its bound is one, and leaves tests of the model without it")
  func boundary() throws {
    // Residuals that alternate have no positive correlation.
    var cohort = StructuredCohort(.donor, seed: 3)
    let donor = cohort.terms[0].levelOfRow
    let time = cohort.fixed.column(1)
    cohort.terms[0].columns = Matrix(
      rows: donor.count, columns: [[Double](repeating: 1, count: donor.count)])
    cohort.terms[0].columnNames = ["(Intercept)"]
    for row in cohort.response.indices {
      cohort.response[row] += (Int((time[row] + 1.9).rounded()) % 2 == 0 ? 1 : -1)
    }
    for method in [DegreesOfFreedomMethod.satterthwaite, .kenwardRoger] {
      var estimates: [CoefficientEstimate] = []
      for isSerial in [false, true] {
        cohort.residual.serial =
          isSerial
          ? SerialCorrelation(
            subjectOfRow: donor, times: time.map { 0.5 * $0 }, allowsNegative: false) : nil
        let made = StructuredCriterionTests.criterion(cohort, .reml, isExtended: true)
        let optimum = try #require(made.optimum())
        #expect(optimum.status == (isSerial ? .boundary : .ok))
        made.prepareForms()
        estimates.append(
          StructuredInference(criterion: made, optimum: optimum, method: method)
            .estimate([0, 1, 0]))
      }
      #expect(abs(estimates[0].value - estimates[1].value) < 1e-6)
      #expect(abs(estimates[0].standardError / estimates[1].standardError - 1) < 1e-6)
      #expect(abs(estimates[0].degreesOfFreedom / estimates[1].degreesOfFreedom - 1) < 1e-4)
    }
  }
}
