"""The only file that knows Apprise: mail, chat and webhooks by one kind of address."""

from __future__ import annotations

import warnings

from comity.errors import MissingExtra, UsageError
from comity.watch.ledger import Post


def sender(addresses: tuple[str, ...]) -> Post:
    """What posts to addresses such as ``mailto://user:password@host``, ``slack://...`` or ``jsons://host/path``.

    Raises ``UsageError`` for an address that Apprise does not know, ``MissingExtra`` without it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what its plug-ins import, at the first address
        try:
            import apprise
        except ImportError:
            raise MissingExtra("sending alerts needs Apprise: pip install 'comity[alerts]'") from None
        for address in addresses:
            if apprise.Apprise.instantiate(address, suppress_exceptions=True) is None:
                kind = address.split(":", 1)[0]
                raise UsageError(f"an address that begins with {kind!r} cannot be sent to; Apprise lists its services")

    def post(address: str, title: str, text: str) -> bool:
        one = apprise.Apprise()
        one.add(address)
        return bool(one.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT))

    return post
