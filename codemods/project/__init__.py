"""PM5xx: the project around: pins, images, Python."""
