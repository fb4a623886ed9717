import Foundation
import RunEvents
import Sessions
import Testing

/// Values of configurations in the list of runs.
@Suite struct RunValuesTests {
  @Test func onlyWhatIsAskedForIsRead() throws {
    let directory = try TemporaryDirectory()
    let store = try RunStore(directory: directory.url.appendingPathComponent("demo"))
    let settings = try SessionFile(
      yaml: "seed: 3\nmask: {masked: 40%}\nhealth: {bell: false}\nengine: {dtype: bf16}", file: "x.yaml")
    let recorder = try store.create(settings: settings, totalSteps: 10)
    #expect(try store.catalog().runs[0].values == nil && store.catalog().keys == nil)
    let keys = ["mask.masked", "engine.dtype", "health.bell", "data.range", "nosuch.key", "mask", "", "..", "seed"]
    let catalog = try store.catalog(values: keys)
    let values = try #require(catalog.runs[0].values)
    #expect(catalog.keys == keys)
    for key in ["engine.dtype", "health.bell", "seed"] { #expect(values[key] == settings.text(of: key), "\(key)") }
    #expect(RunFilter("mask.masked=0.4 health.bell=false engine.dtype=BF16").passing(catalog.runs).count == 1)
    #expect(values["nosuch.key"] == nil && values["mask"] == nil && values[""] == nil)
    #expect(values["data.range"]?.first == "[")
    // What was changed live counts.
    try recorder.record(.setting(SettingChange(step: 1, key: "mask.masked", from: "0.4", to: "0.25")))
    #expect(try RunFilter("mask.masked<0.3").passing(store.catalog(values: ["mask.masked"]).runs).count == 1)
  }
}
