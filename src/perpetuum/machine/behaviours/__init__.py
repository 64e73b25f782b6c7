"""The rules of the day, one file each; `quarter.py` says when each of them acts."""
