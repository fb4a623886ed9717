import Foundation

/// What libFuzzer calls with every input that it makes up. Which target is tried is what `MVP_FUZZING` names;
/// `Tests/Fuzzing/run` sets it.
///
/// A target calls what reads bytes that others may have made, and stops the program where a promise does not hold:
/// sanitizers, a trap, a second or the limits on memory do the rest.
@main
struct Fuzzing {
  static let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["MVP_FUZZING"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      FileHandle.standardError.write(Data("MVP_FUZZING is \"\(name)\"; set it to one of \(names).\n".utf8))
      exit(2)
    }
    return target
  }()

  static func main() {
    var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
    _ = target
    exit(runDriver(&count, &arguments, testOneInput))
  }
}

/// libFuzzer's own `main`, for a program that has one.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzzing.target.read(Data(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
