"""Which Prefect, and which Python, the files around the code ask for: pins, images, lock files."""
