"""Rules about deployments that the command line of Prefect 2 builds and applies."""
