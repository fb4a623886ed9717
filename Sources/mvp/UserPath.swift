import ArgumentParser
import Files

/// A path as it was typed, with the home folder for `~`: what every option that takes a path goes through.
func userPath(_ text: String) throws -> String {
  do {
    return try expandingHome(text)
  } catch {
    throw ValidationError("\(error)")
  }
}
