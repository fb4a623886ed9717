/// How the assignments of a student's average to prototypes are kept from collapsing.
package enum DinoCentering: String, Choice {
  /// A running mean of the teacher's logits is subtracted (facebookresearch/dino).
  case mean
  /// Assignments of the batch are balanced over prototypes by Sinkhorn-Knopp (SwAV, facebookresearch/dinov2), here on
  /// standardised logits.
  case sinkhorn
}
