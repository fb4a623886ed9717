/// Number format that matrix products read. Weights, gradients of weights and sums are float32 in either case.
package enum Precision: String, Choice {
  case float32 = "fp32"
  /// Products of bfloat16 values, summed in float32; activations between the layers of a block are kept in bfloat16.
  case bfloat16 = "bf16"
}
