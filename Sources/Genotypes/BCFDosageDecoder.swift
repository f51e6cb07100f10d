import CHTSlib

/// Turns the donors' values of a BCF record into dosages in the order of donors that was selected.
struct BCFDosageDecoder {
  private let donors: DonorSlots

  init(_ donors: DonorSlots) { self.donors = donors }

  /// The fields of a record that dosages are read from.
  struct Plan {
    let field: DosageField
    /// The field's values; nil when every donor misses it.
    let values: BCFValues?
    /// GT, if the record has it: it tells the ploidy.
    let genotypes: BCFValues?
  }

  private struct Job {
    let plan: Plan
    let alleles: ArraySlice<Int>
    let alternateCount: Int
    let donorCount: Int
    /// Where the dosages of the first allele start.
    let output: UnsafeMutablePointer<Float>
    var haploidCalls = 0
    var clampedDosages = 0
  }

  /// Appends a dosage per selected donor for each of `alleles` (one-based ALT numbers).
  ///
  /// - Parameter isFirstPass: whether haploid calls of this record are still to be counted.
  /// - Throws: the first fault of the record.
  func append(
    _ alleles: ArraySlice<Int>, alternateCount: Int, plan: Plan, isFirstPass: Bool,
    to dosages: inout [Float], counts: inout GenotypeCounts
  ) throws(DosageFault) {
    let start = dosages.count
    // Missing until read; `repeatElement` keeps the array's geometric growth.
    dosages.append(
      contentsOf: repeatElement(Float.nan, count: alleles.count * donors.selectedCount))
    guard let values = plan.values else { return }
    var fault: DosageFault?
    var haploidCalls = 0
    var clampedDosages = 0
    dosages.withUnsafeMutableBufferPointer { all in
      guard let base = all.baseAddress else { return }
      // Safe: `alleles.count * selectedCount` values follow `start`, and slots are below
      // selectedCount.
      var job = Job(
        plan: plan, alleles: alleles, alternateCount: alternateCount,
        donorCount: donors.selectedCount, output: base + start)
      do throws(DosageFault) {
        try decode(&job, values)
        haploidCalls = job.haploidCalls
        clampedDosages = job.clampedDosages
      } catch { fault = error }
    }
    if let fault { throw fault }
    if isFirstPass { counts.haploidCalls += haploidCalls }
    counts.clampedDosages += clampedDosages
  }

  private func decode(_ job: inout Job, _ values: BCFValues) throws(DosageFault) {
    for column in 0..<donors.columnCount {
      let slot = Int(donors.slots[column])
      if slot < 0 { continue }
      switch job.plan.field {
      case .gt:
        if job.alternateCount == 1, let dosage = plainGenotype(values, column) {
          job.output[slot] = dosage
        } else {
          try decodeGenotype(&job, values, column: column, slot: slot)
        }
      case .ds: try decodeDosage(&job, values, column: column, slot: slot)
      }
    }
  }

  /// The dosage of a diploid call without missing alleles beside one ALT, nil for other calls.
  @inline(__always)
  private func plainGenotype(_ values: BCFValues, _ column: Int) -> Float? {
    guard values.type == BCF_BT_INT8, values.width == 2 else { return nil }
    // Safe: two bytes per donor. Without the phase bit, REF is 1 and ALT is 2.
    let donor = values.base + 2 * column
    let first = donor.load(as: UInt8.self) >> 1
    let second = donor.load(fromByteOffset: 1, as: UInt8.self) >> 1
    guard first &- 1 < 2, second &- 1 < 2 else { return nil }
    return Float(first &+ second &- 2)
  }

  private func decodeGenotype(
    _ job: inout Job, _ values: BCFValues, column: Int, slot: Int
  ) throws(DosageFault) {
    guard let call = values.call(column) else {
      throw DosageFault(.malformedGenotype, column: column, text: values.genotypeText(column))
    }
    guard call.first <= job.alternateCount, call.second <= job.alternateCount else {
      throw DosageFault(
        .alleleBeyondAlternates(alternateCount: job.alternateCount), column: column,
        text: values.genotypeText(column))
    }
    if call.isMissing { return }
    if call.isHaploid { job.haploidCalls += 1 }
    var place = slot
    for allele in job.alleles {
      job.output[place] = Float(call.count(of: allele))
      place += job.donorCount
    }
  }

  private func decodeDosage(
    _ job: inout Job, _ values: BCFValues, column: Int, slot: Int
  ) throws(DosageFault) {
    let maximum = try ploidy(&job, column: column)
    // A donor without values, or with one that is missing, misses all alleles.
    guard let first = values.number(column, 0) else { return }
    let hasOne = values.width == 1 || values.number(column, 1) == nil
    if hasOne, first.isNaN { return }
    if job.alternateCount == 1, hasOne {
      job.output[slot] = try dosage(&job, values, first, maximum, column)
      return
    }
    var place = slot
    for allele in job.alleles where allele <= values.width {
      guard let value = values.number(column, allele - 1) else { break }
      if !value.isNaN { job.output[place] = try dosage(&job, values, value, maximum, column) }
      place += job.donorCount
    }
    let count = values.count(column)
    guard count == job.alternateCount else {
      throw DosageFault(
        .dosageCount(found: count, expected: job.alternateCount), column: column,
        text: values.numberText(column))
    }
  }

  /// Alleles of the donor by GT, two where the record has no GT.
  @inline(__always)
  private func ploidy(_ job: inout Job, column: Int) throws(DosageFault) -> Int {
    guard let genotypes = job.plan.genotypes else { return 2 }
    guard let call = genotypes.call(column) else {
      throw DosageFault(.malformedGenotype, column: column, text: genotypes.genotypeText(column))
    }
    // A lone `.` does not say how many alleles are missing.
    guard call.isHaploid, !call.isMissing else { return 2 }
    job.haploidCalls += 1
    return 1
  }

  @inline(__always)
  private func dosage(
    _ job: inout Job, _ values: BCFValues, _ value: Float, _ maximum: Int, _ column: Int
  ) throws(DosageFault) -> Float {
    if let dosage = DosageRange.dosage(value, maximum: maximum, clamped: &job.clampedDosages) {
      return dosage
    }
    throw DosageFault(
      value.isFinite ? .dosageOutOfRange(maximum: maximum) : .malformedDosage, column: column,
      text: values.numberText(column))
  }
}
