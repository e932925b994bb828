"""Zendesk Chat (formerly Zopim)."""
