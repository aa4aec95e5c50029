"""The digest, the summary, and how routed tickets fared."""
