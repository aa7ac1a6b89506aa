"""The plan, ``clausework.yaml``: the executable part of the plans for development and maintenance."""
