"""An auditor's questions about one release, answered from what is recorded: by whom, and what is missing."""
