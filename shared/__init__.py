"""Plumbing that all five services use. Holds no word of the business."""
