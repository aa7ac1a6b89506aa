"""Every store is held to the same contract."""
