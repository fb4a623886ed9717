/// What says which class a pixel of a picture in a folder belongs to.
package enum MapKind: String, Choice {
  /// A PNG file for each picture: grey values or indices of a palette are the numbers of classes.
  case masks
  /// The picture's own transparency: figure against ground.
  case transparency
}
