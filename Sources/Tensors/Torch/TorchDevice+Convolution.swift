import CTorch
import Recipe

extension TorchDevice {
  package func convolution(x: Storage, weight: Storage, y: Storage, shape: ConvolutionShape) {
    call.pointee.convolution(device, array(x), array(weight), array(y), shape.torch, Int64(shape.outputs))
  }

  package func convolutionGradient(
    dy: Storage, x: Storage, weight: Storage, precision: Precision, dx: Destination?, dw: Destination?,
    shape: ConvolutionShape
  ) {
    call.pointee.convolution_gradient(
      device, array(dy), array(x), array(weight), precision == .bfloat16, target(dx), target(dw), shape.torch,
      Int64(shape.outputs))
  }

  package func spreadPixels(x: Storage, y: Storage, batch: Int, height: Int, width: Int, channels: Int) {
    call.pointee.spread_pixels(device, array(x), array(y), torchMap(batch, height, width, channels))
  }

  package func spreadPixelsGradient(
    dy: Storage, dx: Destination, batch: Int, height: Int, width: Int, channels: Int
  ) {
    call.pointee.fold_pixels(device, array(dy), target(dx), torchMap(batch, height, width, channels))
  }
}

extension ConvolutionShape {
  fileprivate var torch: mvp_torch_map { torchMap(batch, height, width, inputs) }
}
