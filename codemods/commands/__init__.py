"""PM21x, PM22x: commands of the Prefect CLI that Prefect 3 lacks or treats differently."""
