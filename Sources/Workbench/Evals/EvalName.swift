/// What an evaluation is called on the screen.
func evalName(_ kind: String) -> String {
  switch kind {
  case "knn": "kNN"
  case "linear": "linear probe"
  default: kind
  }
}
