import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

/// The mask view of a run that tells classes of pixels.
@Suite struct ClassMapTests {
  private static let names = ["background", "arrow", "bolt", "cross"]

  /// A disc of arrows, a square of crosses of which some are taken for bolts, and a corner of no known class.
  private static let preview: MaskPreview = {
    var preview = SampleRun.preview
    (preview.gridRows, preview.gridColumns) = (16, 16)
    preview.mask = [Bool](repeating: false, count: 256)
    preview.cosine = []
    var (truth, prediction) = (Data(), Data())
    for row in 0..<16 {
      for column in 0..<16 {
        let isArrow = hypot(Double(column) - 9, Double(row) - 7.5) < 4.3
        let isCross = (2..<6).contains(column) && (10..<14).contains(row)
        let number: UInt8 = row < 2 && column > 13 ? ClassMaps.unknown : isArrow ? 1 : isCross ? 3 : 0
        truth.append(number)
        prediction.append(number == 3 && column > 3 ? 2 : number == ClassMaps.unknown ? 0 : number)
      }
    }
    preview.classes = ClassMaps(names: names, truth: truth, prediction: prediction)
    return preview
  }()

  private func state() -> WorkbenchState {
    var state = SampleRun.state()
    var run = SampleRun.description
    run.task = "segment"
    (run.guidances, run.guidance, run.maskedPatches) = ([], "", 0)
    state.receive(.started(run))
    state.receive(.preview(Self.preview))
    state.show(.mask)
    return state
  }

  @Test func showsTruthPredictionPictureAndLegend() {
    let state = state()
    Snapshots.check("mask-classes", state, width: 80, height: 24)
    Snapshots.check("mask-classes", state, width: 120, height: 40)
    let screen = renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
    for text in ["ground truth", "prediction", "a background", "b arrow", "c bolt", "d cross", "cells 96"] {
      #expect(screen.contains(text), "\(text)")
    }
    var dashboard = state
    dashboard.show(.dashboard)
    Snapshots.check("mask-classes-dashboard", dashboard, width: 80, height: 24)
  }

  /// Without colours a class has its sign, and a cell that is told wrong is turned around.
  @Test func cellsNeedNoColour() {
    let state = state()
    let canvas = renderWorkbench(state, width: 120, height: 40, glyphs: .ascii)
    func turned(_ sign: String) -> Int {
      canvas.cells.count { $0.text == sign && $0.style.attributes.contains(.reverse) }
    }
    #expect(turned("c") > 0 && turned("d") == 0 && turned("b") == 0)
    #expect(canvas.cells.count { $0.text == "?" } > 0)
    #expect(Self.preview.classes?.share == 244.0 / 252)
  }

  /// What the picture shows is named first, however narrow the line is; what there is no room for is counted.
  @Test func theTrueClassIsNeverCutOff() {
    var preview = Self.preview
    let names = (0..<40).map { $0 == 0 ? "background" : "class number \($0)" }
    let truth = Data((0..<256).map { UInt8($0 < 200 ? 0 : 39) })
    // Wrongly taken for many others, all of lower numbers.
    let told = Data((0..<256).map { UInt8($0 < 200 ? $0 % 30 : 39) })
    preview.classes = ClassMaps(names: names, truth: truth, prediction: told)
    for view in [WorkbenchView.mask, .dashboard] {
      var state = state()
      state.receive(.preview(preview))
      state.show(view)
      let screen = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot()
      #expect(
        screen.contains("N class number 39, +30") || screen.contains("N class number 39, a background, +29"),
        "\(screen)")
    }
  }

  @Test func classesSurviveJSON() throws {
    let event = RunEvent.preview(Self.preview)
    #expect(try RunEventCoder.event(line: RunEventCoder.line(event)) == event)
  }
}
