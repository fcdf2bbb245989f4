"""A store that somebody else runs, at any endpoint."""

from typing import NoReturn

from sparkify_harness.objectstore.endpoint import Endpoint
from sparkify_harness.objectstore.errors import GrantError
from sparkify_harness.objectstore.policy import Policy
from sparkify_harness.objectstore.store import RunningStore
from sparkify_harness.store_kinds import StoreKind


class NoKeys:
    """Makes no keys: how to is known to the store's owner alone."""

    def permanent(self, admin: Endpoint, policy: Policy) -> NoReturn:
        """Fails."""
        raise GrantError(
            f"cannot make a key on the external store at {admin.url}: "
            f"make one there that may do {policy['Statement']}"
        )

    temporary = permanent


def external_store(endpoint: Endpoint) -> RunningStore:
    """The store at `endpoint`; nothing is started, nothing is asked."""
    return RunningStore(
        kind=StoreKind.EXTERNAL,
        endpoint=endpoint,
        log_path=None,
        origin="as configured",
        keys=NoKeys(),
    )
