import ArgumentParser
import Foundation
import Histories
import TrainingBackend

struct WeightsPulling: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch published weights by name, or any by their address.",
    discussion: """
      What came before a connection broke is kept in FILE.part, and the same command goes on from there. The file gets its name once it
      is whole, and its SHA-256 is right where one is known. Needs the program curl, whose proxies (https_proxy) are obeyed.

      EXAMPLE
        mvp weights pull --list
        mvp weights pull clip-vit-b-16 --output weights/
        mvp weights pull https://example.org/model.safetensors --sha256 9f86d081884c7d65
      """)

  @Argument(
    help: "A name that --list lists, or an address: https://, http:// or file:///.",
    completion: .list(PublishedWeights.all.map(\.name)))
  var source: String?

  @Flag(help: "List the published weights, with size, licence, digest and address.")
  var list = false

  @Option(
    help: "File to write, or a folder that is there; the address's own name in this folder where it is not given.",
    completion: .file(), transform: userPath)
  var output: String?

  @Option(help: "SHA-256 that the file must have, or its first digits; the publisher's where it is not given.")
  var sha256: String?

  @Flag(help: "Write over a file that is there.")
  var force = false

  @Flag(help: "Print JSON: one object, or a line for each of the list.")
  var json = false

  func validate() throws {
    guard list != (source != nil) else {
      throw ValidationError(list ? "--list takes no name." : "name weights or their address, or give --list.")
    }
  }

  func run() throws {
    guard let source else { return try printList() }
    let pull = try WeightsPull(source, output: output, sha256: sha256, replaces: force)
    let line = ProgressLine(label: "fetching")
    let result = try pull.run { progress in
      let rate = "\(bytesText(Int(progress.bytesPerSecond)))/s"
      let done = bytesText(progress.done)
      if let whole = progress.whole {
        line.show(
          fraction: Double(progress.done) / Double(max(whole, 1)), eta: progress.secondsLeft,
          note: "\(done) of \(bytesText(whole)), \(rate)")
      } else {
        line.show(note: "\(done), \(rate)")
      }
    }
    line.clear()
    if json { return try printJSON(result) }
    let resumed = result.resumed > 0 ? ", \(bytesText(result.resumed)) of it there before" : ""
    print("\(result.path): \(bytesText(result.bytes))\(resumed)")
    print(
      result.isChecked
        ? "SHA-256 \(result.sha256), as it should be" : "SHA-256 \(result.sha256); none is published to check it by")
    if let licence = result.licence { print("licence \(licence)") }
  }

  private func printList() throws {
    guard !json else { return try PublishedWeights.all.forEach { try printJSON($0) } }
    printTable(
      [["NAME", "MODEL", "BYTES", "LICENCE", "SHA-256", "ADDRESS"]]
        + PublishedWeights.all.map { weights in
          [
            weights.name, weights.model, weights.bytes.map(String.init) ?? "-", weights.licence,
            weights.sha256.map { String($0.prefix(8)) } ?? "-", weights.address,
          ]
        })
    print("BYTES is - where it is not known before a server tells; SHA-256 is - where no digest is published.")
  }
}
