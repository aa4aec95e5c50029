"""``import``: past tickets, with where they ended, become a proposed rules folder and a forecast."""
