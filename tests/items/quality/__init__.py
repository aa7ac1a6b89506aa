"""Requirement quality: each rule by what it finds and what it must leave alone."""
