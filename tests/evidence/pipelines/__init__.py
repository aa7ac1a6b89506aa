"""Tests of the readers of pipelines' definitions, and of the rules on them."""
