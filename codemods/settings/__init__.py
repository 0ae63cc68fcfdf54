"""PM34x: settings, the PREFECT_ variables."""
