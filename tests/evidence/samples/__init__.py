"""One small good report of each format, from which the tests make the bad ones: a module each, named as the format."""

from __future__ import annotations

import importlib
import pkgutil

from tests.evidence.sample import Sample

SAMPLES: dict[str, Sample] = {
    module.name: importlib.import_module(f"{__name__}.{module.name}").SAMPLE
    for module in pkgutil.iter_modules(__path__)
}
"""Each format's name with its good sample."""
