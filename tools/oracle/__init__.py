"""An independent judge of the scan: real code, the real interpreter of the target, and none of the product's code.

It finds with `ast` what a repository takes from Prefect, asks the target's own interpreter whether each use works, and
compares the answers with the findings of `prefect-migrate scan`: a failing use without a finding is a miss, a finding
about names, keywords or members that no failing use explains is false.

    python -m tools.oracle REPOSITORY... --python PATH/TO/PREFECT-3/python
"""
