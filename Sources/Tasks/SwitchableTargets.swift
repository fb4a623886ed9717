import Foundation
import Models
import Tensors

/// Targets that a task can follow by turns, one at a time: the guidances of pre-training.
package protocol SwitchableTargets: AnyObject {
  /// In the session's order; never empty.
  var targetNames: [String] { get }
  /// The one that the next step follows.
  var currentTarget: String { get }
  /// The networks that targets come from and that never learn: a run's losses depend on their weights.
  var frozenTeachers: [FrozenTeacher] { get }
  /// Those whose targets are codes.
  var frozenTokenizers: [FrozenTokenizer] { get }

  /// From the next step on the named target counts.
  ///
  /// - Throws: where there is none of that name.
  func select(_ name: String) throws
  /// Takes over what ``TrainingTask/save(to:)`` wrote.
  ///
  /// - Parameters:
  ///   - target: the target to go on with, where it is not the one of the state.
  ///   - fresh: targets that the state does not know: what is trained for them begins anew.
  ///   - formsAnew: whether targets get another form, so that statistics of them which the state lacks begin anew.
  func load(from folder: URL, target: String?, fresh: Set<String>, formsAnew: Bool) throws
}

/// A network that gives targets and never learns.
package struct FrozenTeacher {
  package let name: String
  package let model: VisionTransformer
  package let normalization: PixelNormalization
  /// Whether its features go through its projection.
  package let isProjected: Bool
  /// Which channels of a picture it sees, from 0 on; nil: all.
  package let channels: [Int]?
  /// What else decides its features, by name, in words.
  package let facts: [String: String]

  package init(
    name: String, model: VisionTransformer, normalization: PixelNormalization, isProjected: Bool,
    channels: [Int]? = nil, facts: [String: String]
  ) {
    self.name = name
    self.model = model
    self.normalization = normalization
    self.isProjected = isProjected
    self.channels = channels
    self.facts = facts
  }
}

/// A frozen network that gives codes, with what else its codes depend on.
package struct FrozenTokenizer {
  package let name: String
  package let parameters: [NamedTensor]
  /// In words by name.
  package let facts: [String: String]

  package init(name: String, parameters: [NamedTensor], facts: [String: String]) {
    self.name = name
    self.parameters = parameters
    self.facts = facts
  }
}

extension SwitchableTargets {
  package var frozenTokenizers: [FrozenTokenizer] { [] }
}
