"""Sunshine Conversations."""
