"""Store and spatial core: contract, sources, conformance, changesets, features and tiles."""
