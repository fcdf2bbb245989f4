"""Settings of the protocol's property tests."""

import os

from hypothesis import settings

# How long an example takes says nothing about the code when the machine is busy;
# SPARKIFY_EXAMPLES=1000 searches longer than a developer wants to wait.
settings.register_profile(
    "wire", deadline=None, max_examples=int(os.environ.get("SPARKIFY_EXAMPLES", "30"))
)
settings.load_profile("wire")
