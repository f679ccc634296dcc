"""A language model on loopback that answers with recorded replies."""

from __future__ import annotations

import json

from tests.publishing import Answer, Asked, Publisher

from comity.coding import chat


class Replies:
    """Recorded replies, one after another; the last one again and again."""

    def __init__(self, *contents: str) -> None:
        self.contents = list(contents)

    def __call__(self, asked: Asked) -> Answer:
        content = self.contents.pop(0) if len(self.contents) > 1 else self.contents[0]
        if content.isdigit():
            return Answer(b'{"error": {"message": "no"}}', int(content), {"Content-Type": "application/json"})
        body = {
            "id": "x", "object": "chat.completion", "created": 1, "model": "small",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
            "usage": {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790},
        }  # fmt: skip
        return Answer(json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def asked_of(publisher: Publisher) -> chat.Model:
    return chat.model(f"{publisher.url}/v1", "small", "secret")
