"""Evidence: what machines made. One reader per report format, detection, quarantine, and the build's own facts."""
