import CTorch

extension TorchDevice {
  package func gatherRows(x: Storage, rows: [Int32], y: Storage, width: Int) {
    call.pointee.gather_rows(device, array(x), rows, Int64(rows.count), array(y), Int64(width))
  }

  package func gatherRowsGradient(dy: Storage, rows: [Int32], dx: Destination, sourceRows: Int, width: Int) {
    call.pointee.gather_rows_gradient(
      device, array(dy), rows, Int64(rows.count), target(dx), Int64(sourceRows), Int64(width))
  }

  package func lookUpTransposed(table: Storage, index: [Int32], out: Storage, columns: Int) {
    call.pointee.look_up(device, array(table), index, Int64(index.count), array(out), Int64(columns))
  }

  package func lookUpTransposedGradient(dout: Storage, index: [Int32], dtable: Destination, columns: Int) {
    call.pointee.look_up_gradient(device, array(dout), index, Int64(index.count), target(dtable), Int64(columns))
  }

  package func rowArgmax(_ x: Storage, rows: Int, columns: Int) -> [Int32] {
    var places = [Int32](repeating: 0, count: rows)
    _ = call.pointee.row_argmax(device, array(x), &places, Int64(rows), Int64(columns))
    return places
  }

  package func softmaxRows(x: Storage, center: Storage?, y: Storage, rows: Int, columns: Int, temperature: Float) {
    call.pointee.softmax_rows(device, array(x), array(center), array(y), Int64(rows), Int64(columns), temperature)
  }

  package func softmaxRowsGradient(
    y: Storage, dy: Storage, dx: Storage, rows: Int, columns: Int, temperature: Float
  ) {
    call.pointee.softmax_rows_gradient(device, array(y), array(dy), array(dx), Int64(rows), Int64(columns), temperature)
  }
}
