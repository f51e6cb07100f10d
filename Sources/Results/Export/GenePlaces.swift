import Association
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
    /// Nil without one.
    var lead: VariantName?
  }

  private(set) var places: [String: Place] = [:]

  init(_ result: FinishedResult) throws(InputError) {
    let table = try result.genes()
    let columns = table.columns
    let (gene, chromosome) = (try columns.require("phenotype_id"), try columns.require("chrom"))
    let (start, end) = (try columns.require("start"), try columns.require("end"))
    let (qValue, id) = (try columns.require("qval"), try columns.require("variant_id"))
    let (position, alternate) = (try columns.require("pos"), try columns.require("alt"))
    let (home, reference) = (try columns.require("var_chrom"), try columns.require("ref"))
    while try table.advance() {
      var lead: VariantName?
      if !table.bytes(position).elementsEqual("NA".utf8) {
        lead = VariantName(
          chromosome: table.text(home), position: try table.position(position),
          id: table.text(id), reference: table.text(reference), alternate: table.text(alternate))
      }
      places[table.text(gene)] = Place(
        chromosome: table.text(chromosome), start: try table.position(start),
        end: try table.position(end), qValue: try table.number(qValue), lead: lead)
    }
  }

  /// The genes with a q-value up to a bound.
  func significant(at rate: Double) -> Set<String> {
    Set(places.filter { $0.value.qValue <= rate }.keys)
  }

  /// The smallest q-value; nil where no gene has one.
  var smallestQValue: Double? { places.values.map(\.qValue).filter { !$0.isNaN }.min() }
}
