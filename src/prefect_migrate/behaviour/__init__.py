"""What code does with runs, futures and states, which Prefect 3 treats differently."""

#: For examples: a repository that is on Prefect 2, where what works in both versions, but otherwise, is a finding.
ON_2 = (("requirements.txt", "prefect==2.20.0\n"),)
