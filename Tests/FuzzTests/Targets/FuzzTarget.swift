/// A reader of users' data that is held to what must be true of any input.
///
/// libFuzzer's program (`Driver`) and `MutationTests` feed the same targets. A crash or a failed
/// precondition is found by itself; `check` looks for what does not crash.
protocol FuzzTarget: SendableMetatype {
  /// As `workflows/fuzz.sh` names it.
  static var name: String { get }
  /// Inputs to start from.
  ///
  /// - Parameter folder: where files that are needed to make them may be written.
  static func seeds(in folder: FuzzFolder) throws -> [[UInt8]]
  /// Words of the format, which random bytes would seldom make.
  static var words: [String] { get }
  /// Reads an input.
  ///
  /// - Throws: `FuzzFinding` where the reader does what it must not do.
  static func check(_ input: [UInt8], in folder: FuzzFolder) throws
}

/// Every target.
enum FuzzTargets {
  static let all: [any FuzzTarget.Type] = [
    LinesTarget.self, NumbersTarget.self, VCFTarget.self, BCFTarget.self, DosageTableTarget.self,
    Plink1Target.self, Plink2Target.self,
    BEDTarget.self, SamplesTarget.self, CovariatesTarget.self, RelationshipTarget.self,
    TableTarget.self, FormulaTarget.self,
    ManifestTarget.self, JournalTarget.self, PairIndexTarget.self,
  ]

  /// Their names; a key path to one crashes the compiler.
  static let names = all.map { $0.name }
}
