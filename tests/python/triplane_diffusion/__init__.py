"""TriplaneTurbo's networks in PyTorch and diffusers with random weights, made from what is published about them."""
