import Foundation
import Recipe
import Testing

@Suite struct ChoiceTests {
  private func words<C: Choice>(_ type: C.Type) -> [String] { C.allCases.map(\.rawValue) }

  /// These words stand in sessions, model files, checkpoints and JSON lines: none may change without its earlier word
  /// being read.
  @Test func wordsStandInFiles() {
    #expect(words(TaskKind.self) == ["pretrain", "teach-clip", "teach-dino", "teach-dvae", "finetune", "segment"])
    #expect(words(MapKind.self) == ["masks", "transparency"])
    #expect(words(SegmentationInference.self) == ["slide", "whole"])
    #expect(words(SegmentationHeadKind.self) == ["linear", "upernet"])
    #expect(words(RateDecay.self) == ["cosine", "linear"])
    #expect(words(MaskKind.self) == ["blockwise", "cyclic", "random", "grid", "attention"])
    #expect(words(LossKind.self) == ["cosine", "smooth_l1", "mse", "relational", "cross_entropy"])
    #expect(words(LossTokens.self) == ["cls+masked", "masked", "all", "visible"])
    #expect(words(PositionEmbedding.self) == ["learned", "sincos", "sincos_rows", "none"])
    #expect(words(QKVBias.self) == ["query_value", "full", "none"])
    #expect(words(InitialValues.self) == ["beit", "width", "xavier", "xavier_layers"])
    #expect(words(EncodingKind.self) == ["dense", "sparse"])
    #expect(words(HeadKind.self) == ["linear", "normed", "decoder", "regressor"])
    #expect(words(DinoCentering.self) == ["mean", "sinkhorn"])
    #expect(
      Set(words(MethodKind.self)).isSuperset(of: ["mvp", "mean-colour", "mae", "maskfeat", "cae", "self", "dino"]))
    #expect(words(PooledFeature.self) == ["cls", "mean", "both"])
    #expect(words(Precision.self) == ["fp32", "bf16"])
    #expect(words(CPUBackend.self) == ["native", "openblas", "onednn"])
  }

  private func read<C: Choice>(_ word: String, _ type: C.Type) -> C? {
    try? JSONDecoder().decode([C].self, from: Data("[\"\(word)\"]".utf8)).first
  }

  /// What versions before wrote into model files.
  @Test func earlierWordsAreRead() throws {
    #expect(read("smooth-l1", LossKind.self) == .smoothL1 && read("smooth_l1", LossKind.self) == .smoothL1)
    #expect(read("sinCos", PositionEmbedding.self) == .sinCos && read("sincos", PositionEmbedding.self) == .sinCos)
    #expect(read("queryValue", QKVBias.self) == .queryValue && read("query_value", QKVBias.self) == .queryValue)
    #expect(read("quadratic", LossKind.self) == nil && read("", QKVBias.self) == nil)
    #expect(String(decoding: try JSONEncoder().encode([QKVBias.queryValue]), as: UTF8.self) == "[\"query_value\"]")
  }
}
