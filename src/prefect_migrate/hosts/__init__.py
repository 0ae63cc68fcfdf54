"""Files that hold commands: which there are, what each holds, and how its commands are edited."""
