import Plotting

extension WorkbenchState {
  /// The choices that are worth remembering.
  package var preferences: WorkbenchPreferences {
    get {
      var preferences = WorkbenchPreferences()
      // The help screen is not remembered.
      preferences.view = screen.view == .help ? screen.viewBeforeHelp : screen.view
      preferences.maskView = mask.view
      preferences.showsPixels = mask.showsPixels
      preferences.usesMouse = screen.usesMouse
      preferences.theme = appearance.chosenTheme
      preferences.refreshHz = appearance.chosenRefreshHz
      preferences.isLogarithmicLoss = screen.isLogarithmic
      preferences.smoothing = screen.smoothing
      preferences.stepRange = screen.stepRange.rawValue
      preferences.dashboard = dashboard.choices
      preferences.curves = curves.choices
      preferences.pins = runs.pins.references
      preferences.curves.filter = curves.filterBeforeSystem ?? curves.choices.filter
      preferences.system = system.choices
      return preferences
    }
    set {
      screen.view = view.offeredViews.contains(newValue.view) ? newValue.view : view.homeView
      mask.view = newValue.maskView
      mask.showsPixels = newValue.showsPixels
      screen.usesMouse = newValue.usesMouse
      appearance.chosenTheme = newValue.theme
      appearance.chosenRefreshHz = newValue.refreshHz
      screen.isLogarithmic = newValue.isLogarithmicLoss
      screen.smoothing = newValue.smoothing
      screen.stepRange = StepRange(rawValue: newValue.stepRange) ?? .soFar
      dashboard.choices = newValue.dashboard
      curves.choices = newValue.curves
      runs.pins = RunPins(newValue.pins)
      system.choices = newValue.system
    }
  }
}
