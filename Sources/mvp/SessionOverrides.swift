import ArgumentParser

/// What a command line changes about a session.
struct SessionOverrides: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Override a value of the session; may be repeated.", valueName: "key=value"),
    completion: Candidates.settings)
  var overrides: [String] = []
}
