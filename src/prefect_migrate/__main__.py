"""`python -m prefect_migrate`."""

from prefect_migrate.cli.main import main

if __name__ == "__main__":
    main()
