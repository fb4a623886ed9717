import Foundation

/// Natural logarithm for Box-Muller; the argument is in (0, 1].
func logOfUnit(_ value: Float) -> Float { Float(log(Double(value))) }

/// Cosine of a fraction of a full turn.
func cosineOfTurn(_ turn: Float) -> Float { Float(cos(2 * Double.pi * Double(turn))) }

func exponential(_ value: Float) -> Float { Float(exp(Double(value))) }
