import BlockGzip

/// Where the genes of a result lie, and their q-values and leads.
struct GenePlaces {
  struct Place {
    var chromosome: String
    /// Zero-based, as in the expression file.
    var start: Int
    var end: Int
    /// NaN where there is none.
    var qValue: Double
    /// The lead variant's id, position and ALT; nil without one.
    var lead: Lead?
  }

  struct Lead: Hashable {
    var id: String
    var position: Int
    var alternate: String
  }

  private(set) var places: [String: Place] = [:]

  init(_ result: FinishedResult) throws(InputError) {
    let table = try result.genes()
    let columns = table.columns
    let (gene, chromosome) = (try columns.require("phenotype_id"), try columns.require("chrom"))
    let (start, end) = (try columns.require("start"), try columns.require("end"))
    let (qValue, id) = (try columns.require("qval"), try columns.require("variant_id"))
    let (position, alternate) = (try columns.require("pos"), try columns.require("alt"))
    while try table.advance() {
      var lead: Lead?
      if !table.bytes(position).elementsEqual("NA".utf8) {
        lead = Lead(
          id: table.text(id), position: try table.integer(position),
          alternate: table.text(alternate))
      }
      places[table.text(gene)] = Place(
        chromosome: table.text(chromosome), start: try table.integer(start),
        end: try table.integer(end), qValue: try table.number(qValue), lead: lead)
    }
  }

  /// The genes with a q-value up to a bound.
  func significant(at rate: Double) -> Set<String> {
    Set(places.filter { $0.value.qValue <= rate }.keys)
  }
}
