"""The sample tickets: sent over the real ways in, watched until they land, held against what is expected."""
