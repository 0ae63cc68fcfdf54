"""PM1xx: deployments."""
