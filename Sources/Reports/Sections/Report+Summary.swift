import Foundation
import Histories
import RunEvents

extension Report {
  /// A run alone has its facts as tiles; several have a row each.
  var summary: Markup { runs.count == 1 ? runs.first.map(tiles) ?? .none : Self.section("Runs", runsTable) }

  private func tiles(_ run: ReportedRun) -> Markup {
    let listing = run.listing
    var facts: [(String, [String])] = evaluations.compactMap { kind in
      run.newest(kind).map { result in
        let held = result.baselines?.shortFacts(of: result.score).prefix(2) ?? []
        return (scoreText(result.score), [title(of: kind)] + held)
      }
    }
    facts.append(("\(listing.step)", ["of \(listing.totalSteps) steps", listing.state.rawValue]))
    if let loss = listing.loss { facts.append((fixedText(loss, decimals: 4), ["loss of the last step"])) }
    if let seconds = run.seconds { facts.append((durationText(seconds), ["of training"])) }
    if let rate = run.listing.rate { facts.append((rateText(rate), ["images/s in the last step"])) }
    if let student = run.description?.student {
      facts.append((parametersText(student.parameters), ["parameters of the student"]))
    }
    let tiles = Markup(
      facts.map { fact in
        "<div class=\"fact\"><b>\(fact.0)</b>\(Markup(fact.1.map { "<span>\($0)</span>" }))</div>"
      })
    return "<div class=\"facts\">\(tiles)</div>\n\(words(of: run))"
  }

  /// What a person wrote of it, where it came from, why it ended.
  private func words(of run: ReportedRun) -> Markup {
    let listing = run.listing
    let parts: [Markup?] = [
      listing.note.isEmpty ? nil : "<p>\(listing.note)</p>",
      listing.tags.isEmpty ? nil : "<p class=\"soft\">tags: \(listing.tags.joined(separator: ", "))</p>",
      listing.origin.map { "<p class=\"soft\">fork of \($0.run) at step \($0.step)</p>" },
      listing.trial.map { "<p class=\"soft\">\($0.words)</p>" },
      listing.reason.map { "<p class=\"bad\">\($0)</p>" },
    ]
    let all = Markup(parts.compactMap(\.self))
    return all == .none ? .none : "<div style=\"margin-top:14px\">\(all)</div>"
  }

  private var runsTable: Markup {
    let kinds = evaluations
    let best = kinds.map { kind in runs.compactMap { $0.newest(kind)?.score }.max() }
    let hasWords = runs.contains { !$0.listing.note.isEmpty || !$0.listing.tags.isEmpty }
    let titles =
      ["run", "guidance", "state", "steps", "loss"] + kinds.map(title) + ["training", "images/s"]
      + (hasWords ? ["note"] : [])
    let rows = runs.enumerated().map { place, run -> [Markup] in
      let listing = run.listing
      let scores = zip(kinds, best).map { kind, best -> Markup in
        guard let score = run.newest(kind)?.score else { return "" }
        return score == best && runs.count > 1
          ? "<span class=\"best\">\(scoreText(score))</span>" : "\(scoreText(score))"
      }
      let state: Markup =
        listing.state == .failed ? "<span class=\"bad\">failed</span>" : "\(listing.state.rawValue)"
      return [
        "<span class=\"nowrap\">\(Self.swatch(place))\(run.name)</span>", "\(listing.guidance)", state,
        "\(listing.step) of \(listing.totalSteps)", "\(listing.loss.map { fixedText($0, decimals: 4) } ?? "")",
      ] + scores + [
        "\(run.seconds.map(durationText) ?? "")", "\(listing.rate.map(rateText) ?? "")",
      ] + (hasWords ? ["\(([listing.note] + listing.tags).filter { !$0.isEmpty }.joined(separator: " · "))"] : [])
    }
    return Self.table(titles, rows, numbers: Set(3...(6 + kinds.count)))
  }
}
