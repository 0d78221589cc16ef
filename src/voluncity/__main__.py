"""`python -m voluncity` is the command `voluncity`."""

import sys

from voluncity.cli import main

if __name__ == "__main__":
    sys.exit(main())
