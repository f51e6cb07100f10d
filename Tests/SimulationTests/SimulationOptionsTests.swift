import Simulation
import Testing

@Suite struct SimulationOptionsTests {
  @Test func `a count of times means whole numbers from 0`() throws {
    #expect(try SimulationOptions.times(from: "4") == [0, 1, 2, 3])
  }

  @Test func `a list of times means itself`() throws {
    #expect(try SimulationOptions.times(from: "-1,0,0.5,4") == [-1, 0, 0.5, 4])
  }

  @Test(arguments: ["", "0", "-3", "2.5", "1,,2", "1,x", "0,nan", "1,inf"])
  func `other times are refused`(text: String) {
    #expect(throws: SimulationOptionError.self) { try SimulationOptions.times(from: text) }
  }

  @Test(arguments: ["", "x", "0.4,0.3", "0.1,0.2,0.3", "nan", "nan,0.5"])
  func `other frequency ranges are refused`(text: String) {
    #expect(throws: SimulationOptionError.self) { try SimulationOptions.frequencies(from: text) }
  }

  @Test func `the defaults are valid`() throws {
    try SimulationOptions().validate(genotypesGiven: false)
    try SimulationOptions().validate(genotypesGiven: true)
  }

  @Test func `values out of range are refused by their option's name`() {
    let cases: [(String, (inout SimulationOptions) -> Void)] = [
      ("times", { $0.times = [0, 0] }),
      ("times", { $0.times = [] }),
      ("times", { $0.times = [0, .infinity] }),
      ("missing", { $0.missingSamples = 0.7 }),
      ("missing", { $0.missingSamples = .nan }),
      ("genes", { $0.genes = 0 }),
      ("donors", { $0.donors = 1 }),
      ("variants", { $0.variants = 1 }),
      ("spacing", { $0.spacing = 1_000_000 }),
      ("ld-length", { $0.linkageLength = 0 }),
      ("maf", { $0.minorAlleleFrequency = 0.1...0.6 }),
      ("maf", { $0.minorAlleleFrequency = 0.001...0.004 }),
      ("dynamic-fraction", { $0.dynamicGenes = 1.1 }),
      ("missing-genotypes", { $0.missingGenotypes = -0.1 }),
      ("sd-slope", { $0.sdSlope = .nan }),
      ("cor-intercept-slope", { $0.correlation = 1.5 }),
      ("residual-skewness", { $0.residualSkewness = 2 }),
      ("residual-skewness", { $0.residualSkewness = .nan }),
      ("residual-growth", { $0.residualGrowth = -2 }),
      ("residual-growth", { $0.residualGrowth = .nan }),
      ("residual-sex-ratio", { $0.residualSexRatio = 0 }),
      ("structure", { $0.structure = 1 }),
      ("structure-slope", { $0.structureSlope = 0.1 }),
    ]
    for (name, change) in cases {
      var options = SimulationOptions()
      change(&options)
      let error = #expect(throws: SimulationOptionError.self) {
        try options.validate(genotypesGiven: false)
      }
      #expect(error?.option == name)
    }
  }

  @Test func `populations are refused where genotypes are given`() {
    var options = SimulationOptions()
    options.structure = 0.1
    let error = #expect(throws: SimulationOptionError.self) {
      try options.validate(genotypesGiven: true)
    }
    #expect(error?.option == "structure")
  }
}
