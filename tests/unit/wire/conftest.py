"""Settings of the protocol's property tests."""

import os

from hypothesis import settings

# SPARKIFY_EXAMPLES=1000 searches longer than a developer wants to wait.
settings.register_profile(
    "wire",
    settings.get_profile("any machine"),
    max_examples=int(os.environ.get("SPARKIFY_EXAMPLES", "30")),
)
settings.load_profile("wire")
