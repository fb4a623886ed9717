import Canvas
import Histories
import Plotting

extension CurvePane {
  /// Every run's series as a row of cells instead of curves, the run that is watched first.
  func drawHeatMap(_ series: [Series], on canvas: inout Canvas) -> Rect {
    let painter = PatchPainter(glyphs: context.glyphs, showsColors: context.state.options.showsPictureColors)
    let rows = zip(runs, series).reversed().map { run, series in
      HeatMapPlot.Row(curve(run, series), name: run.title)
    }
    var plot = HeatMapPlot(
      rows: rows, horizontal: horizontal, scale: scale, offset: offset ?? 0, glyphs: context.glyphs,
      cell: painter.heatCell, text: name.text)
    plot.markers = markers
    plot.cursor = context.state.curves.cursor
    plot.emptyText = emptyText
    return plot.draw(on: &canvas)
  }
}
