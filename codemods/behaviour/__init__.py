"""PM4xx: what Prefect 3 does differently under the same name."""
