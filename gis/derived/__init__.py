"""Making the rows of layers that nobody delivers: counts of other layers, and registers."""

from gis.derived.make import derived_layers, refresh

__all__ = ["derived_layers", "refresh"]
