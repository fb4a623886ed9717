import Foundation
import Measures
import RunEvents
import Sessions
import Testing

@Suite struct StoreQueryTests {
  private let directory: TemporaryDirectory
  private let settings: SessionFile

  init() throws {
    directory = try TemporaryDirectory()
    settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
  }

  /// A session with a run of three steps and a score.
  @discardableResult
  private func makeSession(_ name: String, run: String) throws -> URL {
    let folder = directory.url.appendingPathComponent(name)
    let recorder = try RunStore(directory: folder).create(settings: settings, totalSteps: 1000, name: run)
    for step in 1...3 {
      var metrics = sampleStep(step)
      metrics.values[Metric(key: "it's new", name: "new")] = Double(step) / 8
      try recorder.record(.step(metrics))
    }
    try recorder.record(.evalResult(EvalResult(id: 1, kind: "knn", step: 3, score: 0.5, seconds: 1, guidance: "clip")))
    try recorder.close()
    return folder
  }

  private func rows(_ query: StoreQuery, _ sql: String) throws -> [[String]] {
    var rows: [[String]] = []
    try query.select(sql, columns: { rows.append($0) }, row: { rows.append($0.map(\.text)) })
    return rows
  }

  @Test func tablesOfAllSessionsAreOneWithNamesOfRuns() throws {
    let folders = try [makeSession("a", run: "one"), makeSession("it's b", run: "two")]
    let found = try rows(
      StoreQuery(folders: folders),
      "SELECT session, run, count(*) AS n, max(metrics.step) AS last, kind FROM metrics JOIN evals USING (session, run) GROUP BY 1, 2"
    )
    #expect(
      found == [
        ["session", "run", "n", "last", "kind"], ["a", "one", "3", "3", "knn"],
        ["it's b", "two", "3", "3", "knn"],
      ])
  }

  @Test func newMetricsAreColumns() throws {
    let folder = try makeSession("a", run: "one")
    let store = try RunStore(directory: folder)
    let recorder = try store.resume("one")
    try recorder.record(.started(sampleDescription(Metric.earlier + [Metric(key: "it's new", name: "new")])))
    try recorder.close()
    let found = try rows(StoreQuery(folders: [folder]), "SELECT \"it's new\" FROM metrics ORDER BY step")
    #expect(found == [["it's new"], ["0.125"], ["0.25"], ["0.375"]])
  }

  /// SQLite attaches ten.
  @Test func moreStoresThanCanBeAttachedAreRead() throws {
    let folders = try (0..<13).map { try makeSession("s\($0)", run: "run-\($0)") }
    let found = try rows(StoreQuery(folders: folders), "SELECT count(DISTINCT session), count(*) FROM Metrics")
    #expect(found.last == ["13", "39"])
  }

  @Test(arguments: [
    "DELETE FROM runs", "INSERT INTO runs SELECT * FROM runs", "ATTACH ':memory:' AS x", "PRAGMA user_version",
    "CREATE TABLE x (y)", "DROP VIEW runs", "SELECT load_extension('x')", "SELECT 1; DELETE FROM runs", "VACUUM",
    "DELETE FROM store0.runs", "BEGIN IMMEDIATE", "DETACH store0", "", "-- nothing", "SELECT * FROM rnus",
  ])
  func whatIsNoQueryIsRefusedInASentence(sql: String) throws {
    let folder = try makeSession("a", run: "one")
    let query = try StoreQuery(folders: [folder])
    let error = #expect(throws: QueryError.self) { try rows(query, sql) }
    #expect(error?.isMistaken == true && [".", "?"].contains(error?.description.last), "\(error?.description ?? "")")
    #expect(try RunStore(directory: folder).runs().map(\.name) == ["one"])
  }

  @Test func aStoreThatIsDamagedIsNamedAndTheOthersAreRead() throws {
    let good = try makeSession("a", run: "one")
    try directory.write("no database, but long enough to be taken for one or the other", to: "b/runs.sqlite")
    let query = try StoreQuery(folders: [good, directory.url.appendingPathComponent("b")])
    #expect(query.problems.count == 1 && query.problems.first?.contains("b/runs.sqlite") == true)
    #expect(try rows(query, "SELECT run FROM runs").last == ["one"])
  }

  @Test func everyColumnOfTheNewestVersionHasItsWords() throws {
    let query = try StoreQuery(folders: [makeSession("a", run: "one")])
    #expect(query.tables.count == 12)
    for table in query.tables {
      for column in table.columns {
        #expect(column.words != "of another version" && !column.words.isEmpty, "\(table.name).\(column.name)")
      }
    }
  }

  private func sampleDescription(_ metrics: [Metric]) -> RunDescription {
    RunDescription(
      session: "a", run: "one", seed: 0, totalSteps: 1000, startStep: 3, batchSize: 1, accumulation: 1, datasetSize: 1,
      dataset: "scenes", student: ModelDescription(summary: "ViT", parameters: 1), guidances: [], guidance: "clip",
      grid: [1, 1], maskedPatches: 0, device: "CPU", evals: [], previewCount: 0, metrics: metrics)
  }
}
