"""GitHub's REST API, as far as the action speaks it, on this machine: comments of one pull request, uploads, and what goes wrong."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class State:
    """What the service holds, and how it behaves."""

    comments: list[dict] = field(default_factory=list)
    uploads: list[dict] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    can_write: bool = True
    can_scan: bool = True
    # The user that the token belongs to; a job's token has none.
    user: dict | None = None
    # So many answers are 502 before the first true one.
    stumbles: int = 0
    # Every answer sends the client there.
    redirect: str | None = None

    def writes(self) -> list[str]:
        return [one for one in self.requests if not one.startswith("GET ")]


class Api:
    """A server for as long as the block runs."""

    def __init__(self) -> None:
        self.state = State()
        state = self.state

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status: int, body: object, **headers: str) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def handle_any(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
                state.requests.append(f"{self.command} {self.path}")
                state.tokens.add(self.headers.get("Authorization", ""))
                if state.redirect:
                    self.answer(302, {}, Location=state.redirect)
                elif state.stumbles:
                    state.stumbles -= 1
                    self.answer(502, {"message": "Bad Gateway"})
                else:
                    self.answer(*routed(state, self.command, self.path, body))

            do_GET = do_POST = do_PATCH = handle_any

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def routed(state: State, method: str, path: str, body: dict | None) -> tuple[int, object]:
    no_rights = (403, {"message": "Resource not accessible by integration"})
    if path == "/user":
        return (200, state.user) if state.user else no_rights
    if match := re.fullmatch(r"/repos/acme/pipelines/issues/7/comments\?per_page=100&page=(\d+)", path):
        start = 100 * (int(match[1]) - 1)
        return 200, state.comments[start : start + 100]
    if method == "POST" and path == "/repos/acme/pipelines/issues/7/comments":
        if not state.can_write:
            return no_rights
        if len(body["body"]) > 65_536:
            return 422, {"message": "Validation Failed"}
        state.comments.append({"id": 1000 + len(state.comments), "user": state.user or BOT, "body": body["body"]})
        return 201, state.comments[-1]
    if method == "PATCH" and (match := re.fullmatch(r"/repos/acme/pipelines/issues/comments/(\d+)", path)):
        if not state.can_write:
            return no_rights
        [comment] = [one for one in state.comments if one["id"] == int(match[1])]
        comment["body"] = body["body"]
        return 200, comment
    if method == "POST" and path == "/repos/acme/pipelines/code-scanning/sarifs":
        if not state.can_scan:
            return 403, {"message": "Advanced Security must be enabled for this repository to use code scanning."}
        state.uploads.append(body)
        return 202, {"id": "1"}
    return 404, {"message": f"Not Found: {method} {path}"}
