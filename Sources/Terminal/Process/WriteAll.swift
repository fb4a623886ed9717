import Files

/// Writes a text to a file descriptor, whole; false if that is not possible, as where its reader is gone.
func writeAll(_ text: String, to descriptor: Int32) -> Bool { writeAll(text.utf8, to: descriptor) == nil }
