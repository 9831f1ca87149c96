"""Addresses: read them, find where they are, and say which is at a place."""
