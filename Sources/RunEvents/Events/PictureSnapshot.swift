/// How the student did on one picture of the preview set at one step, as a run keeps it.
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
