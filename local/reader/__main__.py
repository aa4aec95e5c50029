"""Runs the reader alone: ``python -m local.reader [PORT]``."""

import sys

import uvicorn

from local.reader import create_app

if __name__ == "__main__":
    uvicorn.run(
        create_app(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 8600, log_level="warning"
    )
