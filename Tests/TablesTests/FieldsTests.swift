import Tables
import Testing

@Suite struct FieldsTests {
  @Test(arguments: ["", "a", "\t", "a\tb\tc", "\t\tab\t", "a,b\tc"])
  func `the first fields are the first of all`(line: String) {
    var copy = line
    copy.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      var all = Fields(separator: .tab)
      all.split(bytes)
      for limit in 0...(all.count + 2) {
        var first = Fields(separator: .tab)
        first.split(bytes, first: limit)
        #expect(first.ranges == Array(all.ranges.prefix(limit)))
      }
    }
  }
}
