"""Put on the PYTHONPATH of every child of verify: see sitecustomize.py."""
