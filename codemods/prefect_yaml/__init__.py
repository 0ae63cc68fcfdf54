"""Rules about prefect.yaml files of Prefect 2."""
