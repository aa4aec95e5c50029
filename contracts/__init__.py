"""What the five services say to each other: versioned events and the published rules.

Nothing here imports a service, an SDK or anything but pydantic: a contract must be readable on its own.
"""
