"""What an option is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sparkify_harness.redshift.sql.options.arguments import Argument


class Transfer(Enum):
    """Statements that have such options."""

    COPY = "COPY"
    UNLOAD = "UNLOAD"


class State(Enum):
    """What becomes of an option, as the documentation says it."""

    KEPT = "kept"
    NOT_EMULATED = "not emulated"
    NOT_FOR_S3 = "refused: not for S3"


def never(_: str) -> bool:
    """No argument is a secret."""
    return False


def always(_: str) -> bool:
    """Every argument is a secret."""
    return True


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Option:
    """An option, whichever statement it is written in.

    Args:
        name: In upper case. What may stand for the first of several words is that word alone.
        uses: What it means, by statement.
        is_secret: Whether an argument is to be masked wherever a statement is shown.
    """

    name: str
    uses: Mapping[Transfer, "Use"] = field(default_factory=dict)
    is_secret: Callable[[str], bool] = never

    def __repr__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The word that begins it, as tokens have it."""
        return self.words[0]

    @property
    def words(self) -> list[str]:
        """Its name as tokens have it."""
        return self.name.lower().split()


class Format(Option):
    """An option that says how records are written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An option in one of the statements.

    Args:
        argument: What follows it.
        means: What it does, in a few words.
        source: AWS's page.
        formats: Those that it goes with; None for all of them.
        prefixes: Words of which one may stand before it.
        state: Whether it does that here.
        note: How that differs from Redshift, or what is to be known of it.
    """

    argument: Argument
    means: str
    source: str
    formats: frozenset[Format] | None = None
    prefixes: frozenset[str] = frozenset()
    state: State = State.KEPT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Options of which a statement takes one at most, though each goes with the format.

    Args:
        options: Those.
        message: What Redshift says.
    """

    options: tuple[Option, ...]
    message: str
