"""Datasets leave for portals: distributions, metadata, plans, targets, schedule."""
