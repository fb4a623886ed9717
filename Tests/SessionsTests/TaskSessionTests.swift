import Recipe
import Sessions
import Testing

@Suite struct TaskSessionTests {
  @Test func sessionWithoutTaskPretrainsAndSaysNothingOfIt() throws {
    let session = try SessionFile(yaml: "seed: 1", file: "x.yaml")
    #expect(session.task == .pretrain && session.text(of: "task") == nil && session.text(of: "teach.output") == nil)
    #expect(session.text(of: "mask.kind") == "blockwise")
  }

  @Test(arguments: [
    (TaskKind.teachClip, 3000, "[zeroshot, knn]"), (.teachDino, 2000, "[knn]"), (.teachDvae, 1200, "[]"),
  ])
  func teachingHasItsRecipe(task: TaskKind, steps: Int, evals: String) throws {
    let session = try SessionFile(yaml: "task: \(task.rawValue)", file: "x.yaml")
    #expect(session.schedule.steps == steps && session.data.range == 0..<60_000)
    #expect(session.text(of: "evals.at_end") == evals && session.text(of: "mask.kind") == nil)
    #expect(session.guidance.start.isEmpty && session.text(of: "guidance.start") == nil)
    #expect(try SessionFile(yaml: session.yaml, file: "again") == session)
    #expect(try SessionFile(yaml: session.json, file: "again") == session)
  }

  @Test(arguments: [
    (
      "task: teach-clip\nmask: {kind: random}",
      "x.yaml:2: task teach-clip has no section mask; leave it out, or set task to pretrain."
    ),
    (
      "teach: {output: a}",
      "x.yaml:1: task pretrain has no section teach; leave it out, or set task to teach-clip, teach-dino or teach-dvae."
    ),
    (
      "task: teach-dino\nevals: {at_end: [zeroshot]}",
      "x.yaml:2: evaluation zeroshot needs a model that knows texts, which task teach-dino does not train; leave it out."
    ),
    (
      "task: teach-dvae\nevals: {data: {kind: scenes}, at_end: [knn]}",
      "x.yaml:2: task teach-dvae trains a tokenizer, which has no features to judge; leave evaluations out."
    ),
    (
      "task: teach-dino\nschedule: {accumulation: 2}",
      "x.yaml:2: schedule.accumulation is 2, but task teach-dino makes a step of one batch; set it to 1."
    ),
  ])
  func wrongSectionsAreNamed(yaml: String, sentence: String) {
    #expect { try SessionFile(yaml: yaml, file: "x.yaml") } throws: { "\($0)" == sentence }
  }

  @Test func taskBelongsToTheRun() {
    guard case .never = SessionFile.resumeRule(of: "task") else { return #expect(Bool(false), "a task may change") }
    #expect(SessionFile.resumeRule(of: "teach.output") == .free)
  }
}
