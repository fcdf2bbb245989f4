"""What is done once in a process that makes many runs, where Airflow does it again and again.

Nothing here changes what a run does: each shortcut remembers a result that follows from its
arguments. On a scheduler a process makes one task's work and ends, so Airflow has no use for them.
"""

import functools
import inspect
import json
from collections.abc import Iterable
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


def read_aws_models_once() -> None:
    """Lets botocore read its descriptions of services once, instead of for each client."""
    from botocore import session  # noqa: PLC0415 - slow

    session.create_loader = functools.cache(session.create_loader)


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


def take(modules: Iterable[str]) -> None:
    """Takes all shortcuts.

    Args:
        modules: that are imported; AWS is left alone where tasks do not use it.
    """
    judge_schemas_once()
    speak_one_version()
    compile_templates_once()
    adapt_types_once()
    if any(module.startswith("airflow.providers.amazon.") for module in modules):
        read_aws_models_once()
        find_callers_without_their_source()
