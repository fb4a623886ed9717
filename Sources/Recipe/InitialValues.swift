/// Where the values of a fresh model come from.
package enum InitialValues: String, Choice {
  /// BEiT's: truncated normals of 0.02, output layers scaled down with depth (unilm/beit/modeling_pretrain.py).
  case beit
  /// CLIP's: spreads that follow the width, learned positions start as sines and cosines; for narrow models.
  case width
  /// MAE's: uniform by a layer's inputs and outputs (Glorot and Bengio 2010), the patch embedding taken as a matrix
  /// (facebookresearch/mae, `models_mae.py`).
  case xavier
  /// CAE's: uniform by a layer's inputs and outputs, patch embedding and tokens as BEiT's (lxtGH/CAE,
  /// `models/modeling_cae.py`).
  case xavierLayers = "xavier_layers"
}
