import Measures

/// Of targets that are codes.
extension BatchMeasure {
  static let tokenAccuracy = BatchMeasure(metric: .tokenAccuracy, value: { $0.codes?.masked })
  static let codebookUsage = BatchMeasure(metric: .codebookUsage, value: { $0.codes?.usage })
  static let codePerplexity = BatchMeasure(metric: .codePerplexity, value: { $0.codes?.perplexity })
}

extension Metric {
  /// Share of masked patches whose likeliest code is the right one.
  package static let tokenAccuracy = Metric(
    key: "token_accuracy", name: "token accuracy", shortName: "tok acc", format: .fixed(3), better: .more,
    isOptional: true, ranks: Ranks(curves: 22, dashboard: 42, line: 42, comparison: 22))

  /// Share of all codes that occur among the targets of a batch.
  package static let codebookUsage = Metric(
    key: "codebook_usage", name: "codes in use", shortName: "codes", longName: "codes in use in a batch",
    format: .fixed(3), better: .more, isOptional: true)

  /// e to the entropy of the codes among the targets of a batch.
  package static let codePerplexity = Metric(
    key: "code_perplexity", name: "code perplexity", shortName: "code ppl", format: .fixed(1), better: .more,
    isOptional: true)
}
