"""learning's way to Google and to S3."""

from services.learning.adapters.bucket import S3Shelf, shelf
from services.learning.adapters.google import GoogleFolder, google_folder

__all__ = ["GoogleFolder", "S3Shelf", "google_folder", "shelf"]
