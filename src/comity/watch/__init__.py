"""What changed, and is it worth a person's time? Channels that find alerts, and a ledger of who was told."""

from comity.watch.alert import CHANNELS, Alert
from comity.watch.book import Book, book_of, names, renamed
from comity.watch.find import find
from comity.watch.ledger import CLOSED, NEW, SEEN, STATUSES, Delivered, deliver, recorded, remark, standing, statuses
from comity.watch.world import every

__all__ = [
    "CHANNELS",
    "CLOSED",
    "NEW",
    "SEEN",
    "STATUSES",
    "Alert",
    "Book",
    "Delivered",
    "book_of",
    "deliver",
    "every",
    "find",
    "names",
    "recorded",
    "remark",
    "renamed",
    "standing",
    "statuses",
]
