"""What is done once in a process that makes many runs, where Airflow does it again and again.

Nothing here changes what a run does: each shortcut remembers a result that follows from its
arguments. On a scheduler a process makes one task's work and ends, so Airflow has no use for them.
"""

import functools
import inspect
import json
import os
import re
import ssl
from collections.abc import Iterable
from pathlib import Path
from types import CodeType
from typing import Any

_DELETED = "_CADWYN_DELETED_ROUTE"
"""Tag of routes that only older versions of an API have."""

_SYNTAX = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
    "newline_sequence",
    "keep_trailing_newline",
    "optimized",
    "autoescape",
    "is_async",
)
"""Settings of a Jinja environment that decide what a template is compiled to."""


def judge_schemas_once() -> None:
    """Lets a JSON schema be judged once, instead of at each use.

    Airflow validates every Param of every task several times a run, and each time the schema itself
    first: a quarter of what a run costs. Values are validated as before.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow, and only this process needs it

    judge = Draft202012Validator.check_schema
    judged: set[str] = set()

    def judge_once(schema: Any, *arguments: Any, **options: Any) -> None:
        key = json.dumps(schema, sort_keys=True, default=repr)
        if key not in judged:
            judge(schema, *arguments, **options)
            judged.add(key)

    setattr(Draft202012Validator, "check_schema", judge_once)  # noqa: B010 - a classmethod by its type


def speak_one_version() -> None:
    """Lets the API that tasks talk to in this process know its newest version alone.

    Its only client is of the same release and asks for that one. Airflow makes the routes of nine,
    which takes four seconds of the first run.
    """
    from airflow.api_fastapi.execution_api import routes, versions  # noqa: PLC0415 - slow
    from airflow.sdk.api.datamodels._generated import API_VERSION  # noqa: PLC0415 - slow
    from cadwyn import HeadVersion, Version, VersionBundle  # noqa: PLC0415 - slow

    newest = versions.bundle.versions[0].value
    if str(newest) != API_VERSION:
        return
    versions.bundle = VersionBundle(HeadVersion(), Version(newest))
    router = routes.execution_api_router
    router.routes[:] = [
        route for route in router.routes if _DELETED not in getattr(route, "tags", ())
    ]


def compile_templates_once() -> None:
    """Lets Jinja compile a template once for all environments that would compile it alike.

    Airflow makes an environment for each task, whose cache is empty.
    """
    from jinja2 import Environment  # noqa: PLC0415 - slow

    compile_anew: Any = Environment.compile
    compiled: dict[Any, tuple[CodeType, object]] = {}

    def compile_once(self: Any, source: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(source, str) or callable(self.autoescape):
            return compile_anew(self, source, *arguments, **options)
        # Held with the code: as long as they live, no other function can have their id.
        called = (*self.filters.values(), *self.tests.values())
        key = (
            type(self),
            source,
            arguments,
            tuple(options.items()),
            tuple(getattr(self, name) for name in _SYNTAX),
            tuple(self.extensions),
            tuple(self.filters),
            tuple(self.tests),
            tuple(map(id, called)),
        )
        if key not in compiled:
            compiled[key] = (compile_anew(self, source, *arguments, **options), called)
        return compiled[key][0]

    setattr(Environment, "compile", compile_once)  # noqa: B010 - overloaded by its type


def adapt_types_once() -> None:
    """Lets the check that a rendered field is JSON be made once, instead of for each field."""
    from airflow.sdk.execution_time import task_runner  # noqa: PLC0415 - slow
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow

    setattr(task_runner, "TypeAdapter", functools.cache(TypeAdapter))  # noqa: B010 - a class by its type


def keep_deserialized_dags() -> None:
    """Lets the API keep a deserialized DAG from task to task, as a real API server does.

    `dag.test()` gives it a new `DBDagBag` for each task. A bag asks for a DAG that it has whether
    its hash is still the one in the database: here each time, for a run may follow an edit closely.
    """
    from airflow.models.dagbag import DBDagBag  # noqa: PLC0415 - slow

    begin: Any = DBDagBag.__init__
    kept: dict[bool, dict[Any, Any]] = {True: {}, False: {}}

    def begin_with_those(self: Any, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **options)
        if type(self) is DBDagBag:
            self._dags = kept[bool(self.load_op_links)]
            self._revalidation_interval = 0

    setattr(DBDagBag, "__init__", begin_with_those)  # noqa: B010 - a method by its type


def read_aws_models_once() -> None:
    """Lets botocore read its descriptions of services once, instead of for each client."""
    from botocore import session  # noqa: PLC0415 - slow

    session.create_loader = functools.cache(session.create_loader)


def make_aws_sessions_once() -> None:
    """Lets boto3 make one session for the same keys, from which each task makes its own client.

    A connection whose keys are looked up elsewhere, or by assuming a role, has a new one each time.
    """
    from airflow.providers.amazon.aws.hooks.base_aws import BaseSessionFactory  # noqa: PLC0415 - slow

    make: Any = BaseSessionFactory._create_basic_session  # noqa: SLF001 - where boto3 is called
    made: dict[Any, Any] = {}

    def make_once(self: Any, session_kwargs: dict[str, Any]) -> Any:
        if "aws_access_key_id" not in session_kwargs or "profile_name" in session_kwargs:
            return make(self, session_kwargs=session_kwargs)
        key = tuple(sorted(session_kwargs.items()))
        if key not in made:
            made[key] = make(self, session_kwargs=session_kwargs)
        return made[key]

    setattr(BaseSessionFactory, "_create_basic_session", make_once)  # noqa: B010 - private


def find_callers_without_their_source() -> None:
    """Lets a hook of AWS find the operator that uses it without reading source files.

    It writes its name into the user agent; `inspect.stack` reads the source of each frame for it.
    """
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook  # noqa: PLC0415 - slow

    def find(target_function_name: str) -> str | None:
        frame = inspect.currentframe()
        while frame is not None:
            if frame.f_code.co_name == target_function_name:
                return type(frame.f_locals["self"]).__name__
            frame = frame.f_back
        return None

    setattr(AwsGenericHook, "_find_operator_class_name", staticmethod(find))  # noqa: B010 - private


_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)

_NAMED_BY_HASH = re.compile(r"[0-9a-f]{8}\.\d+")
"""How OpenSSL finds an authority in a folder: https://docs.openssl.org/3.0/man1/openssl-rehash/."""


@functools.cache
def _beyond_the_folder(file: str, written_at: int, folder: str) -> str | None:  # noqa: ARG001 - part of the key
    """The authorities of a file that a folder has not, in PEM; None where it has none of them."""
    authorities = _CERTIFICATE.findall(Path(file).read_text("ascii", "replace"))
    found = {
        certificate
        for path in Path(folder).iterdir()
        if _NAMED_BY_HASH.fullmatch(path.name) and path.is_file()
        for certificate in _CERTIFICATE.findall(path.read_text("ascii", "replace"))
    }
    missing = [authority for authority in authorities if authority not in found]
    return None if len(missing) == len(authorities) else "\n".join(missing)


def look_authorities_up() -> None:
    """Lets OpenSSL look up by its name an authority that the machine's folder has.

    Each connection to a warehouse has a context of its own, for which OpenSSL reads all of the file
    that `SSL_CERT_FILE` names, 150 authorities in 20 ms. What is trusted is the same.
    """
    read_all: Any = ssl.SSLContext.load_default_certs

    def load(self: ssl.SSLContext, *arguments: Any, **options: Any) -> None:
        paths = ssl.get_default_verify_paths()
        if paths.cafile and paths.capath and os.pathsep not in paths.capath:
            written_at = Path(paths.cafile).stat().st_mtime_ns
            beyond = _beyond_the_folder(paths.cafile, written_at, paths.capath)
            if beyond is not None:
                self.load_verify_locations(capath=paths.capath, cadata=beyond or None)
                return
        read_all(self, *arguments, **options)

    setattr(ssl.SSLContext, "load_default_certs", load)  # noqa: B010 - a method by its type


def take(modules: Iterable[str]) -> None:
    """Takes all shortcuts.

    Args:
        modules: that are imported; AWS is left alone where tasks do not use it.
    """
    judge_schemas_once()
    speak_one_version()
    compile_templates_once()
    adapt_types_once()
    keep_deserialized_dags()
    look_authorities_up()
    if any(module.startswith("airflow.providers.amazon.") for module in modules):
        read_aws_models_once()
        make_aws_sessions_once()
        find_callers_without_their_source()
