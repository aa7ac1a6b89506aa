"""The build as evidence: git, source tree, locks, environment, rebuild, provenance."""
