import Foundation
import Interchange
import Testing

@Suite struct ImportedRunTests {
  private func read(_ text: String) throws -> [ImportedRun] { try ImportedRun.read(Data(text.utf8)) }

  /// Lines of MAE's `log.txt`, of which epochs count from 0; Python writes NaN.
  @Test func logsOfEpochsAreRunsOfSteps() throws {
    let runs = try read(
      """
      {"train_lr": 1.5e-05, "train_loss": 0.75, "epoch": 0, "n_parameters": 111907840}
      not of it
      {"train_lr": 4.5e-05, "train_loss": NaN, "epoch": 1, "test_acc1": 12.5}

      """)
    #expect(runs.count == 1)
    #expect(runs[0].keys == ["loss", "lr", "test_acc1"])
    #expect(
      runs[0].rows == [
        .init(step: 1, epoch: 0, values: ["loss": 0.75, "lr": 1.5e-5]),
        .init(step: 2, epoch: 1, values: ["lr": 4.5e-5, "test_acc1": 12.5]),
      ])
  }

  @Test func chartsOfWandBAreARunEachName() throws {
    let runs = try read(
      """
      "Step","fast-sun-3 - train/loss","fast-sun-3 - train/loss__MIN","slow - moon - train/loss"
      "0","1.5","1.5",""
      "10","0.5","0.5","2"\r
      """)
    #expect(runs.map(\.name) == ["fast-sun-3", "slow - moon"])
    #expect(runs[0].rows == [.init(step: 1, values: ["loss": 1.5]), .init(step: 11, values: ["loss": 0.5])])
    #expect(runs[1].rows == [.init(step: 11, values: ["loss": 2])])
  }

  @Test func eventFilesAreRuns() throws {
    var data = Data()
    TensorBoardEvent.appendVersion(time: 1, to: &data)
    TensorBoardEvent(time: 2, step: 5, numbers: [("train/loss", 0.5), ("train/epoch", 1)]).append(to: &data)
    TensorBoardEvent(time: 3, step: 5, numbers: [("eval/knn", 0.25)]).append(to: &data)
    let runs = try ImportedRun.read(data)
    #expect(runs.map(\.keys) == [["loss", "eval/knn"]])
    #expect(runs[0].rows == [.init(step: 5, epoch: 1, time: 3, values: ["loss": 0.5, "eval/knn": 0.25])])
  }

  @Test func quotedFieldsAreReadBack() throws {
    let fields = ["a", "b,c", "say \"so\"", "two\nlines", ""]
    let table = try CSVTable(csvLine(fields) + csvLine(["1", "2", "3", "4", "5"]))
    #expect(table.header == fields && table.rows == [["1", "2", "3", "4", "5"]])
  }

  /// As a German Excel saves tables.
  @Test func otherDelimitersAndEndsOfLinesAreRead() throws {
    let runs = try read("\u{FEFF}step;loss;note\r1;0.5;\"a\rb\"\r2;0.25;\r")
    #expect(runs[0].rows == [.init(step: 1, values: ["loss": 0.5]), .init(step: 2, values: ["loss": 0.25])])
  }

  @Test func aTextInAnotherEncodingIsCalledOne() {
    let latin = Data("step,loss,who\n1,0.5,Andr".utf8) + Data([0xE9, 0x0A])
    #expect(
      throws: InterchangeError(
        "it is no event file of TensorBoard's, and its line 2 is no UTF-8 (Latin-1 or Windows-1252, perhaps): save it as UTF-8"
      )
    ) { try ImportedRun.read(latin) }
    let wide = Data([0xFF, 0xFE]) + Data("step".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
    #expect(
      throws: InterchangeError("it is no event file of TensorBoard's, and it is a text in UTF-16: save it as UTF-8")
    ) { try ImportedRun.read(wide) }
  }

  @Test(arguments: [
    "", "{}", "hello", "a,b\nx,y\n", "{\"loss\": 1}\n", "\"", "step,loss\n1,", "{\"step\":1e300,\"loss\":1}",
  ])
  func whatHasNoStepsIsRefused(text: String) {
    #expect(throws: InterchangeError.self) { try read(text) }
  }
}
