import Distributions

/// Names of the random streams of one seed; each part of the data draws from its own.
enum StreamLabel: UInt64 {
  case visits = 1
  case donors
  case samples
  case positions
  case haplotypes
  case dosages
  case geneChoice
  case geneEffects
  case expression
  case populations
  case subjects
  case levels
  case newSubjects
  case librarySizes
}

extension RandomNumbers {
  /// The stream of one part of the data, and of one of its genes, chromosomes or subjects.
  init(seed: UInt64, _ label: StreamLabel, index: Int = 0) {
    self.init(seed: seed, stream: label.rawValue, index: index)
  }
}
