/// Names that people can say and remember: `brisk-otter`.
enum RunName {
  /// A name that is not taken. The same seed and salt (the time, say) give the same name; a taken one gives the next,
  /// and once all pairs are taken a number follows (`brisk-otter-2`).
  static func make(seed: UInt64, salt: UInt64, isTaken: (String) throws -> Bool) rethrows -> String {
    let pairs = adjectives.count * animals.count
    let start = Int(mixed(seed &+ mixed(salt)) % UInt64(pairs))
    for round in 1... {
      for offset in 0..<pairs {
        let pair = (start + offset &* stride) % pairs
        let name =
          "\(adjectives[pair % adjectives.count])-\(animals[pair / adjectives.count])" + (round > 1 ? "-\(round)" : "")
        if try !isTaken(name) { return name }
      }
    }
    return "run-\(salt)"
  }

  /// Coprime to the number of pairs, so that neighbours differ in both words.
  private static let stride = 1_009

  /// splitmix64's finaliser: neighbouring numbers give unlike ones.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  static let adjectives = [
    "able", "agile", "amber", "azure", "bold", "brave", "bright", "brisk", "calm", "candid", "clever", "cosy", "crisp",
    "curious",
    "deft", "eager", "early", "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "happy",
    "hardy",
    "honest", "humble", "jolly", "keen", "kind", "lively", "loyal", "lucid", "mellow", "merry", "mild", "neat",
    "nimble", "noble",
    "patient", "placid", "plucky", "proud", "quick", "quiet", "rapid", "ready", "robust", "rosy", "serene", "sharp",
    "silver",
    "sleek", "smooth", "snug", "solid", "spry", "steady", "sunny", "swift", "tidy", "tranquil", "vivid", "warm", "wise",
    "witty",
    "young", "zesty",
  ]

  static let animals = [
    "alpaca", "auk", "badger", "bat", "bear", "beaver", "bison", "bittern", "bunting", "camel", "carp", "cat", "civet",
    "cod",
    "condor", "coot", "crane", "cricket", "crow", "curlew", "deer", "dingo", "dipper", "dolphin", "dove", "eagle",
    "eel", "egret",
    "eider", "elk", "falcon", "ferret", "finch", "fox", "gecko", "gibbon", "goose", "grebe", "gull", "hare", "heron",
    "hoopoe",
    "ibex", "ibis", "jackal", "jay", "kestrel", "kite", "kiwi", "koala", "lark", "lemur", "linnet", "llama", "lynx",
    "magpie",
    "marten", "mole", "moose", "moth", "newt", "ocelot", "okapi", "orca", "oriole", "osprey", "otter", "owl", "panda",
    "petrel",
    "pika", "pike", "plover", "puffin", "quail", "rabbit", "raven", "robin", "salmon", "seal", "shrew", "skua", "snipe",
    "stork",
    "swan", "tapir", "tern", "thrush", "toad", "trout", "viper", "vole", "walrus", "weasel", "whale", "wombat", "wren",
    "yak",
    "zebra",
  ]
}
