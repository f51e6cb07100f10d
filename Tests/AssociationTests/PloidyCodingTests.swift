import Genotypes
import Testing

@testable import Association

@Suite("The coding of haploid calls")
struct PloidyCodingTests {
  @Test("is noted where there are such calls or a chromosome X, and not elsewhere")
  func notes() throws {
    func note(_ calls: Int, _ chromosomes: [String]) -> String? {
      PloidyCoding(input: .vcf(["f"]), haploidCalls: calls, chromosomes: chromosomes).note
    }
    #expect(note(0, ["chr1", "chr22"]) == nil)
    let some = try #require(note(12, ["chr1"]))
    #expect(some.hasPrefix("12 haploid calls were read; ") && some.contains("dosage 0 or 1"))
    for name in ["chrX", "X", "x", "23", "ChrX"] {
      #expect(note(0, [name])?.hasPrefix("0 haploid calls") == true, "\(name)")
    }
  }

  @Test("tells what each format keeps of ploidy")
  func formats() {
    func coding(_ input: GenotypeInput) -> String {
      PloidyCoding(input: input, haploidCalls: 0, chromosomes: []).coding
    }
    #expect(coding(.vcf([])).contains("0 or 1"))
    #expect(coding(.bfile("")).contains("0 and 2 as stored"))
    #expect(coding(.bfile("")) == coding(.pfile("")))
    #expect(coding(.dosages("")).contains("as written"))
  }
}
