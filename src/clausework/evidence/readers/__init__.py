"""One reader per evidence format: a module named as the format, with a constant ``FORMAT``, and its helpers."""
