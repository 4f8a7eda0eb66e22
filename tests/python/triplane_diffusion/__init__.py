"""TriplaneTurbo's networks in PyTorch and diffusers with random weights, from its published facts."""
