"""Routes: each parses its request, calls one function of ``gis``, and answers."""
