"""The files that a page of docs/ shows, run as they stand beside what an application has of its own."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

_FENCED = re.compile(r"^```\w+\n(?://|#) (?P<name>[\w-]+\.\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LOOK_SECONDS = 30

# What the page says is the application's own, and a WebSocket as browsers have it. All of it writes what it sees.
OWN: Mapping[str, str] = {
    "package.json": '{"type": "module"}',
    "session.js": """
        import { readFile } from 'node:fs/promises';
        export const url = process.env.URL;
        export const accessToken = async () => (await readFile(process.env.TOKEN_FILE, 'utf8')).trim();
    """,
    "screen.js": """
        const say = (...words) => console.log(JSON.stringify(words));
        export const screen = {
          fill: (cases) => say('fill', cases),
          show: (shown) => say('show', shown),
          remove: (id) => say('remove', id),
          tell: (error) => say('tell', String(error?.message ?? JSON.stringify(error))),
        };
    """,
    "before.mjs": """
        import WebSocket from 'ws';
        const say = (...words) => console.log(JSON.stringify(words));
        const now = Date.now;
        Date.now = () => now() + Number(process.env.AHEAD ?? 0); // a clock by which tokens end sooner
        globalThis.WebSocket = class extends WebSocket {
          constructor(url, protocols) {
            super(url, protocols, { allowSynchronousEvents: false });
            this.on('message', (data) => {
              const message = JSON.parse(data);
              if (message.type === 'pong' && message.payload) say('pong', Object.keys(message.payload));
            });
            this.on('close', (code) => say('closed', code));
          }
          send(text) {
            const message = JSON.parse(text);
            if (message.type === 'ping' && message.payload) say('ping', message.payload.authorization);
            super.send(text);
          }
        };
    """,
    "session.py": """
import os
import pathlib

url = os.environ["URL"]


async def access_token() -> str:
    return pathlib.Path(os.environ["TOKEN_FILE"]).read_text().strip()
""",
    "screen.py": """
import json


def show(update: dict) -> None:
    print(json.dumps(["update", update]), flush=True)
""",
}


def files_of(page: Path) -> dict[str, str]:
    """Give the files that a page shows, by name."""
    return {found["name"]: found["text"] for found in _FENCED.finditer(page.read_text(encoding="utf-8"))}


class Program:
    """A file of the page, running."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.aside: list[list[Any]] = []
        """What it said of its sockets: `closed` and the code, `ping` and the token, `pong` and what came with it."""

    async def line(self) -> str:
        """Read a line of what it writes."""
        assert self.process.stdout is not None
        async with asyncio.timeout(LOOK_SECONDS):
            return (await self.process.stdout.readline()).decode()

    async def hear(self) -> list[Any]:
        """Read what it says next; what it says of its sockets is put aside."""
        while True:
            text = await self.line()
            if not text:
                assert self.process.stderr is not None
                raise AssertionError((await self.process.stderr.read()).decode())
            said: list[Any] = orjson.loads(text)
            if said[0] not in {"closed", "ping", "pong"}:
                return said
            self.aside.append(said)

    async def until_said(self, *words: object) -> None:
        """Read up to what it says of its sockets; everything before is put aside."""
        while list(words) not in self.aside:
            text = await self.line()
            assert text, "it has ended"
            self.aside.append(orjson.loads(text))


class Desk:
    """A folder with a page's files, as an application would have them, and the token that it holds."""

    def __init__(self, folder: Path, page: Path, modules: Path) -> None:
        self.folder = folder
        for name, text in {**OWN, **files_of(page)}.items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "node_modules").symlink_to(modules)

    def hold(self, token: str) -> None:
        """Have another token from now on."""
        written = self.folder / "token.new"
        written.write_text(token, encoding="utf-8")
        written.rename(self.folder / "token")

    @asynccontextmanager
    async def run(self, command: list[str], *, url: str, **environment: str) -> AsyncIterator[Program]:
        """Run something, and end it with the block."""
        own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        own |= {"URL": url, "TOKEN_FILE": str(self.folder / "token"), **environment}
        pipes: dict[str, Any] = {"stdout": PIPE, "stderr": PIPE, "start_new_session": True}
        process = await asyncio.create_subprocess_exec(*command, cwd=self.folder, env=own, **pipes)
        try:
            yield Program(process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a shell's own children, too
            await process.communicate()

    def command(self, node: str, name: str) -> list[str]:
        """Tell how a file is run."""
        if name.endswith(".py"):
            return [sys.executable, name]
        return ["sh", name] if name.endswith(".sh") else [node, "--import", "./before.mjs", name]
