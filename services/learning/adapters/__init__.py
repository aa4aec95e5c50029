"""learning's way to Google, Slack and S3."""

from services.learning.adapters.bucket import S3Shelf, shelf
from services.learning.adapters.google import GoogleFolder, google_folder
from services.learning.adapters.slack import SlackLeads, leads

__all__ = ["GoogleFolder", "S3Shelf", "SlackLeads", "google_folder", "leads", "shelf"]
