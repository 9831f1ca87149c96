"""Declarations of the shipped layers: one file each, found by folder, never imported by name."""

from pathlib import Path

FOLDER = Path(__file__).parent
