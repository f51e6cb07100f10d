import Tables

/// Turns the donors' columns of a record into dosages in the order of donors that was selected.
struct DosageDecoder {
  private let slots: [Int32]
  private let donorCount: Int

  init(_ donors: DonorSlots) {
    slots = donors.slots
    donorCount = donors.selectedCount
  }

  /// What one call of `append` works on.
  private struct Job {
    let record: VCFRecord
    let alleles: ArraySlice<Int>
    let alternateCount: Int
    let plan: FormatPlan
    let donorCount: Int
    /// Where the dosages of the first allele start.
    let output: UnsafeMutablePointer<Float>
    var haploidCalls = 0
    var clampedDosages = 0
  }

  /// Appends `donorCount` dosages for each of `alleles` (one-based ALT numbers) to `dosages`.
  ///
  /// - Parameters:
  ///   - isFirstPass: whether haploid calls of this record are still to be counted.
  ///   - describe: puts a fault in words.
  /// - Throws: what `describe` returns for the first fault of the record.
  func append<Failure: Error>(
    _ alleles: ArraySlice<Int>, of record: VCFRecord, alternateCount: Int, plan: FormatPlan,
    isFirstPass: Bool, to dosages: inout [Float], counts: inout GenotypeCounts,
    describe: (DosageFault) -> Failure
  ) throws(Failure) {
    let start = dosages.count
    // Missing until read; `repeatElement` keeps the array's geometric growth.
    dosages.append(contentsOf: repeatElement(Float.nan, count: alleles.count * donorCount))
    var fault: DosageFault?
    var haploidCalls = 0
    var clampedDosages = 0
    dosages.withUnsafeMutableBufferPointer { all in
      guard let base = all.baseAddress else { return }
      // Safe: `alleles.count * donorCount` values follow `start`, and slots are below donorCount.
      var job = Job(
        record: record, alleles: alleles, alternateCount: alternateCount, plan: plan,
        donorCount: donorCount, output: base + start)
      do throws(DosageFault) {
        try decode(&job)
        haploidCalls = job.haploidCalls
        clampedDosages = job.clampedDosages
      } catch { fault = error }
    }
    if let fault { throw describe(fault) }
    if isFirstPass { counts.haploidCalls += haploidCalls }
    counts.clampedDosages += clampedDosages
  }

  private func decode(_ job: inout Job) throws(DosageFault) {
    let columns = job.record.bytes(job.record.donors)
    if job.plan.field == .gt, job.plan.format.count == 2, job.alternateCount == 1 {
      // Safe: slots are below the number of donors, for whom there is room.
      let isDone = slots.withUnsafeBufferPointer {
        FixedWidthCalls.decode(columns, slots: $0, output: job.output)
      }
      if isDone { return }
    }
    var reached = (column: 0, start: 0)
    var fault: DosageFault?
    // Safe: `decodeColumns` stays in its buffers.
    slots.withUnsafeBufferPointer { slots in
      do throws(DosageFault) {
        reached = try decodeColumns(&job, columns, slots: slots, plan: job.plan)
      } catch { fault = error }
    }
    if let fault { throw fault }
    guard reached.column == slots.count, reached.start == columns.count + 1 else {
      var tabs = 0
      for byte in columns where byte == UInt8(ascii: "\t") { tabs += 1 }
      throw DosageFault(.columnCount(tabs + 1))
    }
    try checkSubfields(columns, job.plan)
  }

  /// Refuses records with more colons than FORMAT has for all donors.
  private func checkSubfields(
    _ columns: UnsafeRawBufferPointer, _ plan: FormatPlan
  ) throws(DosageFault) {
    guard let base = columns.baseAddress,
      ColumnEnds.count(of: UInt8(ascii: ":"), base, count: columns.count)
        > slots.count * (plan.subfieldCount - 1)
    else { return }
    for (column, text) in columns.split(
      separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false
    ).enumerated() where text.count(where: { $0 == UInt8(ascii: ":") }) >= plan.subfieldCount {
      throw DosageFault(
        .subfieldCount(plan.subfieldCount), column: column,
        text: String(decoding: text.prefix(40), as: UTF8.self))
    }
  }

  /// Decodes the selected columns with the loop that is made for their form.
  private func decodeColumns(
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, slots: UnsafeBufferPointer<Int32>,
    plan: FormatPlan
  ) throws(DosageFault) -> (column: Int, start: Int) {
    guard job.alternateCount == 1 else {
      return try decodeColumns(&job, columns, slots: slots, OtherColumn())
    }
    switch (plan.field, plan.genotypeIndex, plan.index, plan.isLast) {
    case (.gt, _, 0, _):
      return try decodeColumns(&job, columns, slots: slots, CallColumn())
    case (.ds, nil, 0, true):
      return try decodeColumns(&job, columns, slots: slots, LastDosageColumn())
    case (.ds, nil, 0, false):
      return try decodeColumns(&job, columns, slots: slots, InnerDosageColumn())
    case (.ds, 0, let index, true):
      return try decodeColumns(
        &job, columns, slots: slots,
        CallThenColumn(rest: LastDosageColumn(), skipped: index - 1))
    case (.ds, 0, let index, false):
      return try decodeColumns(
        &job, columns, slots: slots,
        CallThenColumn(rest: InnerDosageColumn(), skipped: index - 1))
    default:
      return try decodeColumns(&job, columns, slots: slots, OtherColumn())
    }
  }

  /// Decodes the selected columns one by one, until the header's are done or the record ends.
  ///
  /// - Returns: how many columns there were, and where the next one would start.
  private func decodeColumns(
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, slots: UnsafeBufferPointer<Int32>,
    _ short: some ShortColumn
  ) throws(DosageFault) -> (column: Int, start: Int) {
    guard let base = columns.baseAddress else { return (0, 0) }
    let output = job.output
    var ends = ColumnEnds(base, count: columns.count)
    var column = 0
    var start = 0
    while column < slots.count, start <= columns.count {
      let end = ends.next()
      let slot = Int(slots[column])
      if slot >= 0 {
        // Safe: start ≤ end ≤ columns.count.
        if let dosage = short.dosage(
          base + start, length: end &- start, readable: columns.count &- start)
        {
          output[slot] = dosage
        } else {
          try decodeColumn(&job, columns, start, end, column: column, slot: slot)
        }
      }
      start = end &+ 1
      column &+= 1
    }
    return (column, start)
  }

  /// Decodes a column of any form.
  @inline(never)
  private func decodeColumn(
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, _ start: Int, _ end: Int, column: Int,
    slot: Int
  ) throws(DosageFault) {
    switch job.plan.field {
    case .gt: try decodeGenotype(&job, columns, start, end, column: column, slot: slot)
    case .ds: try decodeDosage(&job, columns, start, end, column: column, slot: slot)
    }
  }

  /// The range of subfield `index` of the column [start, end), nil when the column ends before it.
  @inline(__always)
  private static func subfield(
    _ index: Int, _ columns: UnsafeRawBufferPointer, _ start: Int, _ end: Int
  ) -> (start: Int, end: Int)? {
    var from = start
    var remaining = index
    while remaining > 0 {
      while from < end, columns[from] != UInt8(ascii: ":") { from += 1 }
      guard from < end else { return nil }
      from += 1
      remaining -= 1
    }
    var to = from
    while to < end, columns[to] != UInt8(ascii: ":") { to += 1 }
    return (from, to)
  }

  private func decodeGenotype(
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, _ start: Int, _ end: Int, column: Int,
    slot: Int
  ) throws(DosageFault) {
    guard let range = Self.subfield(job.plan.index, columns, start, end) else { return }
    guard let call = GenotypeCall(columns, from: range.start, to: range.end) else {
      throw Self.fault(.malformedGenotype, columns, range, column)
    }
    guard call.first <= job.alternateCount, call.second <= job.alternateCount else {
      throw Self.fault(
        .alleleBeyondAlternates(alternateCount: job.alternateCount), columns, range, column)
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
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, _ start: Int, _ end: Int, column: Int,
    slot: Int
  ) throws(DosageFault) {
    let maximum = try ploidy(&job, columns, start, end, column: column)
    guard let range = Self.subfield(job.plan.index, columns, start, end) else { return }
    if range.end - range.start == 1, columns[range.start] == UInt8(ascii: ".") { return }
    var from = range.start
    var number = 1
    var next = job.alleles.startIndex
    var place = slot
    while true {
      var to = from
      while to < range.end, columns[to] != UInt8(ascii: ",") { to += 1 }
      if next < job.alleles.endIndex, job.alleles[next] == number {
        job.output[place] = try dosage(&job, columns, (from, to), maximum, column)
        place += job.donorCount
        next += 1
      }
      if to == range.end { break }
      from = to + 1
      number += 1
    }
    guard number == job.alternateCount else {
      throw Self.fault(
        .dosageCount(found: number, expected: job.alternateCount), columns, range, column)
    }
  }

  /// Alleles of the donor by GT, two where the record has no GT.
  private func ploidy(
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, _ start: Int, _ end: Int, column: Int
  ) throws(DosageFault) -> Int {
    guard let index = job.plan.genotypeIndex,
      let range = Self.subfield(index, columns, start, end)
    else { return 2 }
    guard let call = GenotypeCall(columns, from: range.start, to: range.end) else {
      throw Self.fault(.malformedGenotype, columns, range, column)
    }
    // A lone `.` does not say how many alleles are missing.
    guard call.isHaploid, !call.isMissing else { return 2 }
    job.haploidCalls += 1
    return 1
  }

  private func dosage(
    _ job: inout Job, _ columns: UnsafeRawBufferPointer, _ range: (start: Int, end: Int),
    _ maximum: Int, _ column: Int
  ) throws(DosageFault) -> Float {
    let text = UnsafeRawBufferPointer(rebasing: columns[range.start..<range.end])
    if text.count == 1 {
      if text[0] == UInt8(ascii: ".") { return .nan }
      // Files made from called genotypes hold little else.
      let digit = text[0] &- UInt8(ascii: "0")
      if digit <= maximum { return Float(digit) }
    }
    guard let value = parseDouble(text).map(Float.init), value.isFinite else {
      throw Self.fault(.malformedDosage, columns, range, column)
    }
    guard
      let dosage = DosageRange.dosage(value, maximum: maximum, clamped: &job.clampedDosages)
    else { throw Self.fault(.dosageOutOfRange(maximum: maximum), columns, range, column) }
    return dosage
  }

  private static func fault(
    _ kind: DosageFault.Kind, _ columns: UnsafeRawBufferPointer, _ range: (start: Int, end: Int),
    _ column: Int
  ) -> DosageFault {
    // Long enough for any real call, short enough for a message about a damaged file.
    let shown = columns[range.start..<min(range.end, range.start + 40)]
    return DosageFault(kind, column: column, text: String(decoding: shown, as: UTF8.self))
  }
}
