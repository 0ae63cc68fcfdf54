"""PM9xx: the file itself."""
