import ArgumentParser
import Files
import Foundation

struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what makes a shell complete commands, sessions, runs, themes, settings and files.",
    discussion: """
      EXAMPLE
        eval "$(mvp completions bash)"       in ~/.bashrc
        eval "$(mvp completions zsh)"        in ~/.zshrc, below compinit
        mvp completions fish | source        in ~/.config/fish/config.fish
      """)

  @Argument(help: "bash, zsh or fish; that of SHELL where it is not given.", completion: .list(shells))
  var shell: String?

  private static let shells = ["bash", "zsh", "fish"]

  private var chosen: String {
    let path = ProcessInfo.processInfo.environment["SHELL"] ?? ""
    return shell ?? path.split(separator: "/").last.map(String.init) ?? ""
  }

  func validate() throws {
    guard !Self.shells.contains(chosen) else { return }
    throw ValidationError(
      "the shell is \"\(shortened(chosen))\": choose bash, zsh or fish\(meaning(of: chosen, among: Self.shells))")
  }

  func run() throws { print(Self.mended(Mvp.completionScript(for: CompletionShell(rawValue: chosen) ?? .bash))) }

  /// The parser's script with what it lacks: in bash, file names where nothing else is known, and values of
  /// `KEY=VALUE`, which bash takes for three words; in bash and zsh, no space behind `KEY=`. Any other text stays as it
  /// is.
  static func mended(_ text: String) -> String {
    if text.hasPrefix("#!/bin/bash"), text.contains(bashEnd) {
      return text.replacingOccurrences(of: bashEnd, with: bashWords)
    }
    guard text.hasPrefix("#compdef mvp") else { return text }
    return text.replacingOccurrences(of: zshCandidates, with: zshKeys)
  }

  private static let bashEnd = "complete -o filenames -F _mvp mvp"

  private static let bashWords = #"""
    _mvp_words() {
        local -a words=()
        local -i index=0 i
        local word last='' is_joining=false is_value=false
        for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
            word="${COMP_WORDS[i]}"
            if [[ "${i}" -gt 0 && "${word}" = '=' ]]; then
                if [[ "${last}" = --* ]]; then
                    # --option=value: the value is a word of its own
                    [[ "${i}" -eq "${COMP_CWORD}" ]] && words+=('')
                else
                    last="${last}="
                    words[${#words[@]}-1]="${last}"
                    is_joining=true
                    [[ "${i}" -le "${COMP_CWORD}" ]] && is_value=true
                fi
            elif "${is_joining}"; then
                last="${last}${word}"
                words[${#words[@]}-1]="${last}"
                is_joining=false
            else
                words+=("${word}")
                last="${word}"
                [[ "${i}" -le "${COMP_CWORD}" ]] && is_value=false
            fi
            [[ "${i}" -eq "${COMP_CWORD}" ]] && index="$((${#words[@]} - 1))"
        done
        local -a COMP_WORDS=("${words[@]}")
        local -i COMP_CWORD="${index}"
        local current="${words[index]}"
        _mvp "${1}" "${current}" "${words[index - 1]}"
        local first="${COMPREPLY[0]}"
        if [[ "${first}" = *= ]]; then
            compopt +o filenames -o nospace 2>/dev/null
        elif "${is_value}"; then
            compopt +o filenames 2>/dev/null
            COMPREPLY=("${COMPREPLY[@]#"${current%%=*}="}")
        fi
    }

    complete -o filenames -o default -F _mvp_words mvp
    """#

  private static let zshCandidates = #"        __mvp_complete "${completions[@]:0:-1}""#

  private static let zshKeys = #"""
            if [[ "${completions[1]}" = *= ]]; then
                compadd -S '' -- "${completions[@]:0:-1}"
            else
                __mvp_complete "${completions[@]:0:-1}"
            fi
    """#
}
