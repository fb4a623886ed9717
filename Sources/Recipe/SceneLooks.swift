/// How drawn things of a class look.
package enum SceneLooks: String, Choice {
  /// Each class has colours, a texture and a background that it often has.
  case usual
  /// Colours, texture and background tell nothing of the class: the outline alone does.
  case any
}
