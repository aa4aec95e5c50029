"""``forget`` and ``export``: all that is kept of one customer, found by looking everywhere, erased or handed out."""
