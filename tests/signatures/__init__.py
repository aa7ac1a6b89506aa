"""Keys, passphrases, approvals, artefact signatures."""
