"""Print the table."""

from __future__ import annotations

import sys

from evaluation.intake.others import files, forwards, machines, replies
from evaluation.intake.others.fetch import HERE, fetch


def main() -> None:
    """Print the table; with ``--wrong`` every mail that is not as its source says."""
    if "--fetch" in sys.argv:
        fetch()
    if not HERE.exists():
        sys.exit("Nothing to read yet: run `python -m evaluation.intake.others --fetch`")
    print("| source | asked for | mails | as theirs | kept | as ours | kept |\n|---|---|---|---|---|---|---|")
    for row in (*replies.rows(), forwards.forwards(), *machines.rows(), files.winmail(), *files.mime()):
        print(row)
        for said in row.wrong if "--wrong" in sys.argv else ():
            print(f"    {said}", file=sys.stderr)


if __name__ == "__main__":
    main()
