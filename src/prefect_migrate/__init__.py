"""Move Prefect 2 repositories to Prefect 3, and prove that the result does the same."""

__version__ = "0.1.0"
