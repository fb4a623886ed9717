import Reports
import Testing

@Suite struct MarkupTests {
  @Test func textsAreEscapedAndPiecesAreNot() {
    let text = "<script>\"a\" & 'b'</script>\u{202E}\u{1B}[31m"
    let inner: Markup = "<b>\(text)</b>"
    #expect(
      inner.html == "<b>&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;[31m</b>")
    let outer: Markup = "<p>\(inner) \(3)</p>"
    #expect(outer.html == "<p>\(inner.html) 3</p>")
  }
}
