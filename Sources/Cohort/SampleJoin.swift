import BlockGzip

/// The samples that expression file, sheet, genotypes and covariates have in common.
struct SampleJoin {
  /// A sample of the expression file that is still in.
  struct Sample {
    let id: String
    /// Index into the expression file's samples.
    let expressionColumn: Int
    /// Index into the sheet's rows.
    let sheetRow: Int
    let donor: String
    let time: Double
  }

  let inputs: CohortInputs
  let sheet: SampleSheet
  private(set) var samples: [Sample] = []
  private(set) var notes: [String] = []

  /// Finds the sheet rows of the expression samples.
  ///
  /// - Throws: `InputError` for samples without a row, donor or time, as the policies say, and
  ///   when none is left.
  init(
    inputs: CohortInputs, sheet: SampleSheet, expressionSamples: [String]
  ) throws(InputError) {
    self.inputs = inputs
    self.sheet = sheet
    let kept = expressionSamples.indices.filter { index in
      inputs.keepSamples.map { $0.contains(expressionSamples[index]) } ?? true
    }
    try requireSome(kept, of: expressionSamples, after: "keeping the listed samples")
    var rows: [String: Int] = [:]
    for (row, id) in sheet.sampleIDs.enumerated() { rows[id] = row }
    var missing: [String] = []
    for column in kept {
      let id = expressionSamples[column]
      guard let row = rows[id] else {
        missing.append(id)
        continue
      }
      let donor = sheet.donorIDs[row]
      if let keep = inputs.keepDonors, !keep.contains(donor) { continue }
      samples.append(
        Sample(
          id: id, expressionColumn: column, sheetRow: row, donor: donor, time: sheet.time[row]))
    }
    let expressed = Set(expressionSamples)
    try settle(
      missing: missing, noun: "samples", lacking: "a row in the sample sheet", path: sheet.path,
      otherSide: sheet.sampleIDs.filter { !expressed.contains($0) })
    try requireSome(samples, of: expressionSamples, after: "keeping the listed donors")
    noteIgnored(expressionSamples)
    try dropWithoutDonorOrTime()
  }

  /// Drops or refuses samples whose donor has no genotypes.
  mutating func require(genotypedDonors: [String], path: String) throws(InputError) {
    let genotyped = Set(genotypedDonors)
    let used = Set(samples.map(\.donor))
    try settle(
      missing: used.subtracting(genotyped).sorted(), noun: "donors", lacking: "genotypes",
      path: path, otherSide: genotypedDonors.filter { !used.contains($0) })
    samples.removeAll { !genotyped.contains($0.donor) }
    try requireSome(samples, of: genotypedDonors, after: "matching donors with genotypes")
    let beyond = genotyped.subtracting(used).count
    if beyond > 0 {
      notes.append("\(beyond) genotyped donors of \(path) have no sample in use and are ignored")
    }
  }

  /// Drops or refuses samples without covariates.
  mutating func require(covariates: CovariateTable) throws(InputError) {
    let known = Set(covariates.ids)
    let isDonorLevel = covariates.level == .donor
    let used = Set(samples.map { isDonorLevel ? $0.donor : $0.id })
    try settle(
      missing: used.subtracting(known).sorted(), noun: isDonorLevel ? "donors" : "samples",
      lacking: "covariates", path: covariates.path,
      otherSide: covariates.ids.filter { !used.contains($0) })
    samples.removeAll { !known.contains(isDonorLevel ? $0.donor : $0.id) }
    try requireSome(samples, of: covariates.ids, after: "matching covariates")
    let beyond = known.subtracting(used).count
    if beyond > 0 {
      notes.append("\(beyond) ids of \(covariates.path) have no sample in use and are ignored")
    }
  }

  /// Sorts by donor, time and id, and notes samples of one donor at one time.
  mutating func sort() {
    samples.sort { left, right in
      if left.donor != right.donor { return left.donor < right.donor }
      return left.time != right.time ? left.time < right.time : left.id < right.id
    }
    let repeats = zip(samples, samples.dropFirst()).filter {
      $0.donor == $1.donor && $0.time == $1.time
    }
    guard let (first, second) = repeats.first else { return }
    notes.append(
      "\(repeats.count) samples have the donor and time of another sample, such as "
        + "\(first.id) and \(second.id); all are used")
  }

  private mutating func settle(
    missing: [String], noun: String, lacking: String, path: String, otherSide: [String]
  ) throws(InputError) {
    guard !missing.isEmpty else { return }
    if inputs.ids == .intersect {
      notes.append(
        "\(missing.count) \(noun) of the expression file lack \(lacking) in \(path) and are "
          + "dropped: \(InputError.list(missing))")
      return
    }
    let others = otherSide.isEmpty ? "none" : InputError.list(otherSide)
    throw InputError(
      "\(noun) of the expression file lack \(lacking)", path: path,
      found: "none for \(InputError.list(missing)); unmatched ids here: \(others)",
      expected: "\(lacking) for all \(noun) of \(inputs.bedPath)",
      advice: "use the same ids in all files, or drop what does not match with --ids intersect")
  }

  private func requireSome(
    _ rest: some Collection, of ids: [String], after step: String
  ) throws(InputError) {
    guard rest.isEmpty else { return }
    throw InputError(
      "no sample is left after \(step)", path: inputs.bedPath,
      found: "samples: \(InputError.list(sheet.sampleIDs)); "
        + "donors: \(InputError.list(Set(sheet.donorIDs).sorted()))",
      expected: "at least one of \(InputError.list(ids))", advice: "use the same ids in all files")
  }

  private mutating func noteIgnored(_ expressionSamples: [String]) {
    let beyond = Set(sheet.sampleIDs).subtracting(expressionSamples).count
    if beyond > 0 {
      notes.append(
        "\(beyond) rows of \(sheet.path) are not in the expression file and are ignored")
    }
    let deselected = expressionSamples.count - samples.count
    if deselected > 0, inputs.keepSamples != nil || inputs.keepDonors != nil {
      notes.append("\(deselected) samples of \(inputs.bedPath) are not among those kept")
    }
    if let keep = inputs.keepSamples {
      let unknown = keep.subtracting(expressionSamples)
      if !unknown.isEmpty {
        notes.append(
          "samples to keep that \(inputs.bedPath) lacks: \(InputError.list(unknown.sorted()))")
      }
    }
  }

  private mutating func dropWithoutDonorOrTime() throws(InputError) {
    if let sample = samples.first(where: { $0.donor.isEmpty }) {
      throw InputError(
        "sample without a donor", path: sheet.path, line: sheet.lineNumbers[sample.sheetRow],
        column: sheet.donorHeader, found: "no donor for '\(sample.id)'", expected: "a donor id",
        advice: "name the donor or leave the sample out")
    }
    let timeless = samples.filter { $0.time.isNaN }
    guard let first = timeless.first else { return }
    guard inputs.missingCovariates == .drop else {
      throw InputError(
        "sample without a time", path: sheet.path, line: sheet.lineNumbers[first.sheetRow],
        column: sheet.timeHeader,
        found: "no time for \(InputError.list(timeless.map(\.id)))", expected: "a number",
        advice: "fill it in, or drop such samples with --missing-covariates drop")
    }
    notes.append(
      "\(timeless.count) samples without a time are dropped: \(InputError.list(timeless.map(\.id)))"
    )
    samples.removeAll { $0.time.isNaN }
    try requireSome(samples, of: sheet.sampleIDs, after: "dropping samples without a time")
  }
}
