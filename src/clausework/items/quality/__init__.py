"""The quality of requirements' wording: rules Q1 to Q20, a score per document, and exceptions with their reasons.

The rules follow what INCOSE's guide and EARS ask of a requirement sentence in English. Everything here is worked out
from the items alone, without any service, and equal items give an equal result.
"""
