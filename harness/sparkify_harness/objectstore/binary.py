"""MinIO's server program, as a child process of ours."""

from dataclasses import dataclass
from pathlib import Path

from sparkify_harness.objectstore.minio import HOST, Command, ServerStart
from sparkify_harness.process import clean_environment
from sparkify_harness.store_kinds import StoreKind


@dataclass(frozen=True, slots=True)
class MinioBinary:
    """The program at `path`."""

    path: Path
    kind: StoreKind = StoreKind.MINIO

    @property
    def origin(self) -> str:
        """Where the program is."""
        return f"server {self.path}"

    def command(self, settings: ServerStart) -> Command:
        """The program with its data, settings and certificates in the run's place."""
        data, home = settings.place / "data", settings.place / "home"
        certs = home / "certs"
        for folder in (data, home, certs):
            folder.mkdir()
        if settings.certificates:
            (certs / "public.crt").symlink_to(settings.certificates.certificate)
            (certs / "private.key").symlink_to(settings.certificates.key)
        options = ["--quiet", "--address", f"{HOST}:{settings.port}", "--certs-dir", str(certs)]
        return Command(
            [str(self.path), "server", *options, str(data)],
            clean_environment(HOME=str(home), **settings.variables),  # it makes ~/.minio
        )
