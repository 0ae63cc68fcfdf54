"""Scripts that an engine's interpreter runs; they import prefect, and nothing of prefect_migrate."""
