"""Tries the tool on whole repositories and judges what it did, without using its code."""
