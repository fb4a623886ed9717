import Recipe

/// Which patches the student does not see: section `mask`.
package struct MaskSettings: Equatable, Sendable {
  package enum Amount: Equatable, Sendable {
    /// Patches.
    case count(Int)
    /// Share of all patches, in 0..<1.
    case share(Double)
  }

  package var kind: MaskKind = .blockwise
  /// BEiT masks 75 of 196.
  package var masked: Amount = .share(75.0 / 196.0)
  /// Patches of the smallest rectangle; nil: 16 for 196 patches, in proportion for other grids.
  package var minimum: Int?
  /// Smallest height over width of a rectangle; the largest is its inverse.
  package var minimumAspect = 0.3

  package init() {}

  /// Masked patches of a picture with `patches` patches.
  package func maskedCount(of patches: Int) -> Int {
    switch masked {
    case .count(let count): count
    case .share(let share): Int((share * Double(patches)).rounded())
    }
  }

  /// Patches of the smallest rectangle on a grid of `patches` patches, at least 1 and at most what is masked.
  package func minimumBlock(of patches: Int) -> Int {
    let wanted = minimum ?? Int((16 * Double(patches) / 196).rounded())
    return max(1, min(wanted, maskedCount(of: patches)))
  }
}

extension MaskSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("kind", \.kind, .choice()),
      Setting("masked", \.masked, .amount),
      Setting("minimum", \.minimum, .optional("auto", .integer(1...65_536))),
      Setting("minimum_aspect", \.minimumAspect, .number(.between(0.01, 1))),
    ]
  }
}

extension SettingType where Value == MaskSettings.Amount {
  /// `75`, `0.4` or `40%`.
  static var amount: SettingType {
    SettingType(
      wanted: "a number of patches (75), or a share of them below 1 (0.4 or 40%)",
      read: { node in
        guard case .scalar(let text, _) = node.content else { return nil }
        if text.hasSuffix("%") {
          guard let percent = Double(text.dropLast()), percent > 0, percent < 100 else { return nil }
          return .share(percent / 100)
        }
        if let count = Int(text) { return count > 0 ? .count(count) : nil }
        guard let share = Double(text), share > 0, share < 1 else { return nil }
        return .share(share)
      },
      write: { amount in
        switch amount {
        case .count(let count): .number(count)
        case .share(let share): .number(share)
        }
      })
  }
}
