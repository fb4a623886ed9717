import Foundation
import Testing

/// What a run measured, asked for and written for others, by the program itself.
@Suite struct ResultsOutTests {
  /// A session `tiny` with a run of three steps.
  private func sessions() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-\(UUID().uuidString)")
    let run = try Program.run([
      "run", "demo", "--headless", "--steps", "3", "--sessions", folder.path, "--set", "schedule.batch_size=2",
      "--set", "evals.at_end=[]", "--set", "schedule.accumulation=1",
    ])
    #expect(run.status == 0, "\(run.errors)")
    return folder
  }

  @Test func aRunIsQueriedExportedAndReported() throws {
    let folder = try sessions()
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = ["--sessions", folder.path]
    let query = try Program.run(
      ["query", "SELECT run, count(*) AS steps, min(skill) AS skill FROM metrics", "--json"] + place)
    let row = try #require(try JSONSerialization.jsonObject(with: Data(query.output.utf8)) as? [String: Any])
    #expect(row["steps"] as? Int == 3 && row["skill"] is Double)
    let run = try #require(row["run"] as? String)
    #expect(try Program.run(["query", "SELECT run FROM runs", "demo", "--csv"] + place).output == "run\n\(run)\n")
    let refused = try Program.run(["query", "DELETE FROM runs"] + place)
    #expect(refused.status == 2 && refused.output.isEmpty)

    let csv = try Program.run(["export", "demo/\(run)", "--to", "csv", "--output", "-"] + place)
    let lines = csv.output.split(separator: "\n")
    #expect(csv.status == 0 && lines.first?.hasPrefix("record,step,time,total_steps,epoch,") == true)
    #expect(lines.count { $0.hasPrefix("step,") } == 3 && lines.contains { $0.hasPrefix("event,") })
    let json = try Program.run(["export", "demo", "--to", "jsonl", "--output", "-"] + place).output
    #expect(json.split(separator: "\n").count { $0.contains("\"event\":\"step\"") } == 3)
    let board = folder.appendingPathComponent("board").path
    #expect(try Program.run(["export", run, "--to", "tensorboard", "--output", board] + place).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: board)
    #expect(files.count == 1 && files[0].hasPrefix("events.out.tfevents."))

    let page = folder.appendingPathComponent("page.html").path
    let report = try Program.run(["report", "demo", "--output", page] + place)
    #expect(report.status == 0, "\(report.errors)")
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains(run) && html.contains("<h2>Curves</h2>") && html.contains("data:image/png;base64,"))
    let markdown = try Program.run(["report", "demo", "--markdown", "--output", "-"] + place).output
    #expect(markdown.contains("| \(run) |"))
  }

  /// A device, a pipe and a link are written to, and stay what they are; what does not fit is said.
  @Test func whatIsThereIsWrittenTo() throws {
    let folder = try sessions()
    defer { try? FileManager.default.removeItem(at: folder) }
    let link = folder.appendingPathComponent("link.csv").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "end.csv")
    for to in ["csv", "jsonl", "tensorboard"] {
      let command = ["export", "demo", "--sessions", folder.path, "--to", to, "--output"]
      #expect(try Program.run(command + ["/dev/null"]).status == 0)
      let full = try Program.run(command + ["/dev/full"])
      #expect(full.status == 1 && full.errors.contains("/dev/full cannot be written"), "\(full.errors)")
      if to == "csv" { #expect(try Program.run(command + [link]).status == 0) }
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: link)
    #expect(attributes[.type] as? FileAttributeType == .typeSymbolicLink)
    #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("end.csv").path))
    let full = try Program.run(["report", "demo", "--sessions", folder.path, "--output", "/dev/full"])
    #expect(full.status == 1 && full.errors.split(separator: "\n").count == 1)
  }

  /// What was exported comes back as the same numbers.
  @Test(arguments: ["csv", "jsonl", "tensorboard"]) func exportsAreImported(form: String) throws {
    let folder = try sessions()
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = ["--sessions", folder.path]
    let file = folder.appendingPathComponent("tfevents").path
    #expect(try Program.run(["export", "demo", "--to", form, "--output", file] + place).status == 0)
    let taken = try Program.run(["import", file, "--session", "others", "--name", "theirs"] + place)
    #expect(taken.status == 0 && taken.output.hasPrefix("others/theirs: 3 steps of "), "\(taken.errors)")
    let sql = "SELECT step, round(loss, 5) AS loss, round(skill, 4) AS skill FROM metrics ORDER BY step"
    let ours = try Program.run(["query", sql, "demo", "--csv"] + place).output
    #expect(ours.split(separator: "\n").count == 4)
    #expect(try Program.run(["query", sql, "others", "--csv"] + place).output == ours)
    #expect(try Program.run(["import", file, "--session", "others", "--name", "theirs"] + place).status == 1)
    let listed = try Program.run(["runs", "others", "--json"] + place).output
    #expect(listed.contains("\"state\":\"finished\"") && listed.contains("\"step\":3"))
    let refused = try Program.run(["import", "/dev/null", "--session", "others"] + place)
    #expect(refused.status == 1 && refused.errors.contains("is a device, not a file"))
  }

  @Test func checkpointsArePrunedWhereThatIsConfirmed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try Program.run([
      "run", "demo", "--headless", "--steps", "4", "--sessions", folder.path, "--set", "schedule.batch_size=2", "--set",
      "evals.at_end=[]", "--set", "schedule.checkpoint_every=1", "--set", "schedule.keep_checkpoints=1", "--set",
      "schedule.keep_every=2",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let prune = ["runs", "prune", "demo", "--every", "4", "--sessions", folder.path]
    let dry = try Program.run(prune)
    #expect(dry.status == 0 && dry.output.contains("would remove 1 checkpoint, "), "\(dry.output)")
    #expect(try Program.run(prune + ["--json"]).output.contains("\"removed\":false"))
    #expect(try Program.run(prune + ["--yes"]).output.contains("removed 1 checkpoint, "))
    #expect(try Program.run(prune).output == "no checkpoint need go\n")
  }
}
