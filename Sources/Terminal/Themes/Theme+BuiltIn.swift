extension Theme {
  /// Texts of themes for a program that finds no themes folder: one for dark backgrounds and one for light ones.
  package static let builtInYAML = ["default": builtInDefaultYAML, "light": builtInLightYAML]

  /// The text of `themes/default.yaml`.
  private static let builtInDefaultYAML = #"""
    # The usual theme, for terminals with a dark background.
    #
    # A theme says what each role looks like. To make one of your own, copy this file to ~/.config/mvp/themes/NAME.yaml,
    # change it, and start with `--theme NAME`. Keys of a theme:
    #
    #   name        shown in the workbench
    #   about       one line for people
    #   background  dark, light or any: what it is legible on
    #   base        theme that gives what is left out here (default where absent)
    #   glyphs      auto, braille, block or ascii: the finest characters to draw with; the locale may allow less
    #   color       false: no colours at all, pictures by brightness
    #   roles       role: how it is drawn
    #
    # Keys of a role, each of which may be left out:
    #
    #   rgb    "#rrggbb" for terminals that take any colour
    #   256    index in the palette of 256; without it, the nearest to rgb
    #   16     black, red, green, yellow, blue, magenta, cyan, white, or bright- and one of these; without it, the nearest
    #          to rgb. Terminals of 8 colours show bright ones as bold.
    #   on     background: { rgb, 256, 16 }; without it, that of the role `text`, or else the terminal's own
    #   attr   bold, dim, reverse, underline, or a list of these; beside the colours
    #   mono   the same, where there are no colours

    name: default
    about: Quiet colours on a dark background.
    background: dark
    glyphs: auto

    roles:
      # Text
      text:         {}
      dim:          { rgb: "#949494", 256: 246, 16: bright-black, mono: dim }
      title:        { attr: bold, mono: bold }
      border:       { rgb: "#6c6c6c", 256: 242, 16: bright-black, mono: dim }
      focus:        { rgb: "#ffd787", 256: 222, 16: bright-yellow, mono: bold }
      status:       { rgb: "#a8a8a8", 256: 248, 16: white }
      key:          { rgb: "#ffd787", 256: 222, 16: bright-yellow, attr: bold, mono: bold }
      selection:    { rgb: "#ffffff", 256: 231, 16: bright-white, on: { rgb: "#005f87", 256: 24, 16: blue }, attr: bold, mono: reverse }

      # States
      good:         { rgb: "#87d787", 256: 114, 16: bright-green }
      warning:      { rgb: "#ffd75f", 256: 221, 16: bright-yellow, mono: bold }
      bad:          { rgb: "#ff8787", 256: 210, 16: bright-red, attr: bold, mono: [bold, reverse] }
      accent:       { rgb: "#ffffff", 256: 231, 16: bright-white, attr: bold, mono: bold }

      # Guidance
      clip:         { rgb: "#5fafff", 256: 75, 16: bright-blue, attr: bold, mono: bold }
      dino:         { rgb: "#ffaf5f", 256: 215, 16: yellow, attr: bold }

      # Curves and masks
      curve-raw:    { rgb: "#767676", 256: 243, 16: bright-black, mono: dim }
      curve-smooth: { rgb: "#5fd7d7", 256: 80, 16: bright-cyan, mono: bold }
      band:         { rgb: "#5f5f87", 256: 60, 16: blue, mono: dim }
      marker:       { rgb: "#af87d7", 256: 140, 16: magenta }
      masked:       { rgb: "#d787af", 256: 175, 16: bright-magenta, mono: reverse }
      series-1:     { rgb: "#5fafff", 256: 75, 16: bright-blue }
      series-2:     { rgb: "#ffaf5f", 256: 215, 16: yellow }
      series-3:     { rgb: "#5fd787", 256: 78, 16: bright-green }
      series-4:     { rgb: "#d787ff", 256: 177, 16: bright-magenta }

    """#
}
