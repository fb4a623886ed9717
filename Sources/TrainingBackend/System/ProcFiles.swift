import Foundation

/// The kernel's files about the machine, as numbers. What is not there, or not as expected, is nil or empty.
package struct ProcFiles {
  /// Ticks of a core since the machine started.
  package struct CoreTimes: Equatable {
    package var busy: Double
    package var total: Double

    package func busyShare(since before: CoreTimes) -> Double {
      let passed = total - before.total
      return passed > 0 ? min(1, max(0, (busy - before.busy) / passed)) : 0
    }
  }

  /// Bytes since the machine started, into it and out of it.
  package struct Traffic: Equatable {
    package var incoming: Double
    package var outgoing: Double
  }

  /// `/proc`, and the folder that lists whole disks.
  private let root: String
  private let blockDevices: String

  package init(root: String = "/proc", blockDevices: String = "/sys/block") {
    self.root = root
    self.blockDevices = blockDevices
  }

  private func lines(_ path: String) -> [Substring] {
    guard let text = try? String(contentsOfFile: root + "/" + path, encoding: .utf8) else { return [] }
    return text.split(separator: "\n")
  }

  /// The lines `cpu0 ...` of `stat`: user, nice, system, idle, iowait, irq, softirq, steal.
  package func coreTimes() -> [CoreTimes] {
    lines("stat").compactMap { line in
      guard line.hasPrefix("cpu"), !line.hasPrefix("cpu ") else { return nil }
      let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
      guard ticks.count >= 5 else { return nil }
      let total = ticks.reduce(0, +)
      return CoreTimes(busy: total - ticks[3] - ticks[4], total: total)
    }
  }

  /// `Name:  123 kB` lines of a file as bytes.
  package func byteFields(_ path: String) -> [String: Int] {
    var fields: [String: Int] = [:]
    for line in lines(path) {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      guard parts.count >= 3, parts[2] == "kB", let value = Int(parts[1]) else { continue }
      fields[String(parts[0])] = value * 1024
    }
    return fields
  }

  private static let sectorBytes = 512.0
  /// Devices that stand on others, whose traffic would be counted twice, or on memory.
  private static let virtualDisks = ["loop", "ram", "zram", "dm-", "md", "sr", "fd"]

  /// Read and written bytes of all disks, of which partitions are parts; nil where none is listed.
  package func diskTraffic() -> Traffic? {
    var sum: Traffic?
    for line in lines("diskstats") {
      let parts = line.split(separator: " ")
      guard parts.count >= 10, let read = Double(parts[5]), let written = Double(parts[9]),
        !Self.virtualDisks.contains(where: { parts[2].hasPrefix($0) }),
        access("\(blockDevices)/\(parts[2])", F_OK) == 0
      else { continue }
      sum = Traffic(
        incoming: (sum?.incoming ?? 0) + read * Self.sectorBytes,
        outgoing: (sum?.outgoing ?? 0) + written * Self.sectorBytes)
    }
    return sum
  }

  /// Received and sent bytes of all interfaces but the machine's own loop; nil where none is listed.
  package func networkTraffic() -> Traffic? {
    var sum: Traffic?
    for line in lines("net/dev") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].drop { $0 == " " }
      let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap { Double($0) }
      guard name != "lo", numbers.count >= 9 else { continue }
      sum = Traffic(incoming: (sum?.incoming ?? 0) + numbers[0], outgoing: (sum?.outgoing ?? 0) + numbers[8])
    }
    return sum
  }

  /// Seconds that a process has kept cores busy for, and its bytes in memory; nil where it is gone.
  package func process(_ number: Int) -> (seconds: Double, residentBytes: Int)? {
    // The name of the program stands in parentheses and may hold any character.
    guard let text = try? String(contentsOfFile: "\(root)/\(number)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]), let pages = Int(fields[21])
    else { return nil }
    return ((user + system) / Double(sysconf(Int32(_SC_CLK_TCK))), pages * sysconf(Int32(_SC_PAGESIZE)))
  }
}
