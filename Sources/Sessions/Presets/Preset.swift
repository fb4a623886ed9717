/// A session that comes with the program.
///
/// The files in `sessions` are for reading and copying; the same text stands here so that the program knows its presets
/// wherever it runs. A test holds the two against each other, and rewrites these constants with `MVP_WRITE_PRESETS=1`.
package struct Preset: Sendable {
  package let name: String
  package let yaml: String

  package static let all: [Preset] = [
    demo, demoMae, demoMaskfeat, demoBeit, demoCae, demoSelf, demoDino, finetuneDemo, segmentDemo, posterMini,
    mvpB16ImageNet, mvpL16ImageNet, maeB16ImageNet, maeL16ImageNet, beitB16ImageNet, beitL16ImageNet, caeB16ImageNet,
    caeL16ImageNet, dinoB16ImageNet, mvpB16ImageNetFinetune, mvpL16ImageNetFinetune, mvpB16ADE20K, mvpL16ADE20K,
  ]
}
