"""``python -m sparkify_harness.redshift.compatibility``: write the documents."""

import sys

from sparkify_harness.redshift.compatibility import matrix, transfers


def main() -> int:
    """Write the matrix, and the options of COPY and UNLOAD."""
    matrix.DOCUMENT.write_text(matrix.render(), encoding="utf-8")
    transfers.DOCUMENT.write_text(transfers.render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
