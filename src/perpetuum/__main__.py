"""`python -m perpetuum` is the same program as `perpetuum`."""

from perpetuum.cli import main

if __name__ == "__main__":
    main()
