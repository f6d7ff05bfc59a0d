"""The command line: `python -m podverdict`, or `podverdict`."""

from __future__ import annotations

import signal
import sys

from ._native import command


def main() -> int:
    """Runs the command with the arguments of this process; the exit status is 0, or 2 after a sentence on standard error."""
    # Python's own handlers would only run once the command is over.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    return command(["podverdict", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
