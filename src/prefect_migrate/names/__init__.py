"""Names, parameters and members that the target Prefect lacks: where a file uses them, and what to write instead."""
