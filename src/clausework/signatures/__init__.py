"""Signatures: keys sealed or kept as files, personal approvals, and the signatures of artefacts."""
