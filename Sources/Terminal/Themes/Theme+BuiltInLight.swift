extension Theme {
  /// The text of `themes/light.yaml`.
  static let builtInLightYAML = #"""
    # Keys are explained in default.yaml.

    name: light
    about: Dark colours on a light background.
    background: light
    glyphs: auto

    roles:
      # Text
      text:         {}
      dim:          { rgb: "#6c6c6c", 256: 242, 16: bright-black, mono: dim }
      title:        { attr: bold, mono: bold }
      border:       { rgb: "#8a8a8a", 256: 245, 16: bright-black, mono: dim }
      focus:        { rgb: "#005faf", 256: 25, 16: blue, mono: bold }
      status:       { rgb: "#585858", 256: 240, 16: bright-black }
      key:          { rgb: "#005faf", 256: 25, 16: blue, attr: bold, mono: bold }
      selection:    { rgb: "#ffffff", 256: 231, 16: bright-white, on: { rgb: "#005faf", 256: 25, 16: blue }, attr: bold, mono: reverse }

      # States
      good:         { rgb: "#006f00", 256: 22, 16: green }
      warning:      { rgb: "#875f00", 256: 94, 16: yellow, mono: bold }
      bad:          { rgb: "#af0000", 256: 124, 16: red, attr: bold, mono: [bold, reverse] }
      accent:       { rgb: "#000000", 256: 16, 16: black, attr: bold, mono: bold }

      # Guidance
      clip:         { rgb: "#005faf", 256: 25, 16: blue, attr: bold, mono: bold }
      dino:         { rgb: "#af3a00", 256: 130, 16: red, attr: bold }

      # Curves and masks
      curve-raw:    { rgb: "#767676", 256: 243, 16: bright-black, mono: dim }
      curve-smooth: { rgb: "#00707f", 256: 23, 16: cyan, mono: bold }
      band:         { rgb: "#8787af", 256: 103, 16: cyan, mono: dim }
      marker:       { rgb: "#87009f", 256: 90, 16: magenta }
      masked:       { rgb: "#af005f", 256: 125, 16: magenta, mono: reverse }
      series-1:     { rgb: "#005faf", 256: 25, 16: blue }
      series-2:     { rgb: "#af3a00", 256: 130, 16: red }
      series-3:     { rgb: "#006f00", 256: 22, 16: green }
      series-4:     { rgb: "#87009f", 256: 90, 16: magenta }

    """#
}
