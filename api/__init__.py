"""Entry points: HTTP and the command line. Wires everything; holds no SQL and no geometry."""
