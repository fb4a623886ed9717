/// How the student did on one picture of the preview set at one step: what a run keeps of it, to be looked at later.
public struct PictureSnapshot: Codable, Equatable, Sendable {
  public var preview: MaskPreview
  public var inspection: PatchInspection

  public init(preview: MaskPreview, inspection: PatchInspection) {
    self.preview = preview
    self.inspection = inspection
  }

  /// Step after which this was computed.
  public var step: Int { preview.step }
}
