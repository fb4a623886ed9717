import Interchange
import Testing

@Suite struct CSVLineTests {
  @Test func fieldsAreQuotedWhereTheyHaveTo() {
    #expect(
      csvLine(["a", "", "b c", "d,e", "say \"so\"", "two\nlines"])
        == "a,,b c,\"d,e\",\"say \"\"so\"\"\",\"two\nlines\"\n")
  }
}
