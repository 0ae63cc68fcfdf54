"""PREFECT_ variables: where a repository sets and reads them, and what became of each."""
