"""What ``sig bench`` measures with: seeded data, and the plain statements to compare with."""
