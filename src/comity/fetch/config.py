"""How this machine may fetch: ``fetch.toml`` in the folder of the evidence store, checked at the door; all of it optional."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from comity import byhand
from comity.errors import UsageError

MIB = 1024 * 1024


class Settings(BaseModel):
    """What a user may set. The defaults are safe and polite, and right for a machine with a plain way to the internet."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    # Letters, digits and signs of ASCII: a header holds no others.
    agent: str = Field(default="comity (open-source research on public defence diplomacy)", pattern=r"^[!-~][ -~]*$")
    # http://host:port; the proxy then resolves names, and must itself keep to public addresses.
    proxy: str | None = Field(default=None, pattern=r"^https?://[^/\s]+/?$")
    authorities: Path | None = None  # PEM file of certificate authorities, where a network has its own
    mirrors: dict[str, str] = {}  # beginning of an address -> what is asked instead
    private: tuple[str, ...] = ()  # networks that are not public and may be asked all the same: ["127.0.0.0/8"]
    rate: float = Field(default=4.0, gt=0)  # requests a second to one host
    rates: dict[str, Annotated[float, Field(gt=0)]] = {}  # host -> requests a second, where it differs
    at_once: int = Field(default=4, ge=1, le=32)  # files under way at the same time
    attempts: int = Field(default=5, ge=1)  # tries of one request
    wait: float = Field(default=1.0, ge=0)  # seconds before the second try; doubled for each further one
    patience: float = Field(default=120.0, ge=0)  # longest wait in seconds that a server may ask for
    silence: float = Field(default=30.0, gt=0)  # seconds without a byte after which a connection counts as dead
    minutes: float = Field(default=20.0, gt=0)  # longest time that one file may take
    page_bytes: int = Field(default=32 * MIB, gt=0)  # largest page, list or feed, unpacked
    file_bytes: int = Field(default=2048 * MIB, gt=0)  # largest file, as it comes and unpacked
    gkg: bool = False  # also GDELT's Global Knowledge Graph, ten times the bytes of its events and mentions

    @field_validator("private")
    @classmethod
    def _networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks


def settings(home: Path) -> Settings:
    """The settings in ``fetch.toml`` under a folder, or the defaults. Raises ``UsageError`` that names file and field."""
    path = home / "fetch.toml"
    said = byhand.toml(path, UsageError) if path.is_file() else {}
    return byhand.checked(Settings, said, byhand.name(path), UsageError)
