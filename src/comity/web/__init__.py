"""The pages in a browser: dresses what ``comity.pages`` returns and computes nothing."""

from comity.web.app import create_app

__all__ = ["create_app"]
