"""`python -m toolkit` is `zwgk`."""

from toolkit.cli import main

if __name__ == "__main__":
    main()
