"""PM3xx: names, parameters and settings."""
