"""``compare``: where people took the tickets that were only said, and how right the router would have been."""
