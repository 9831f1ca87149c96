"""The commands of ``sig``: one module per subject, each with ``register(app)``."""
