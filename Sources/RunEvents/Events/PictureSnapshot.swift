/// How the student did on one picture of the preview set at one step: what a run keeps of it, to be looked at later.
package struct PictureSnapshot: Codable, Equatable, Sendable {
  package var preview: MaskPreview
  package var inspection: PatchInspection

  package init(preview: MaskPreview, inspection: PatchInspection) {
    self.preview = preview
    self.inspection = inspection
  }

  /// Step after which this was computed.
  package var step: Int { preview.step }
}
