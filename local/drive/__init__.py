"""Google Drive, Sheets and Docs for the local system: their own REST over the files of a rules folder."""

from local.drive.account import service_account_key
from local.drive.app import create_app
from local.drive.files import FOLDER_ID

__all__ = ["FOLDER_ID", "create_app", "service_account_key"]
