"""`python -m prefect_migrate`."""

from prefect_migrate.cli.main import run

if __name__ == "__main__":
    run()
