"""A mail server on loopback that takes what is sent, or misbehaves as it is told to."""

from __future__ import annotations

import socketserver
import threading
import time
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes

TAKES, BUSY, REFUSES, HANGS, HANGS_UP = "takes", "busy", "refuses", "hangs", "hangs up"
A_WHILE = 0.005  # as a server on another machine takes
MOODS = (TAKES, BUSY, REFUSES, HANGS, HANGS_UP)


@dataclass(frozen=True)
class Received:
    """One mail that the server took."""

    recipient: str
    message_id: str


class MailServer:
    """Listens on a free port of loopback. With the mood `TAKES` it takes every mail and keeps who got which."""

    def __init__(self) -> None:
        self.mood = TAKES
        self.received: list[Received] = []
        self.over = threading.Event()
        house = self

        class Talk(_Talk):
            mail_server = house

        self._server = _Threads(("127.0.0.1", 0), Talk)
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def ids(self) -> dict[str, Counter[str]]:
        """For each recipient the Message-IDs that came, and how often."""
        found: dict[str, Counter[str]] = {}
        for mail in list(self.received):
            found.setdefault(mail.recipient, Counter())[mail.message_id] += 1
        return found


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Talk(socketserver.StreamRequestHandler):
    mail_server: MailServer

    def handle(self) -> None:
        mood = self.mail_server.mood
        if mood == HANGS:
            self.mail_server.over.wait(30)
            return
        try:
            self._say("220 house ready")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if not self._answer(verb, mood):
                    return
        except OSError:
            return  # whoever was sending is gone

    def _answer(self, verb: bytes, mood: str) -> bool:
        match verb:
            case b"EHLO" | b"HELO":
                self._say("250 house")
            case b"RCPT" if mood == BUSY:
                self._say("451 try again later")
            case b"RCPT" if mood == REFUSES:
                self._say("550 nobody here of that name")
            case b"DATA":
                self._say("354 go on")
                return self._take(mood)
            case b"QUIT":
                self._say("221 goodbye")
                return False
            case _:
                self._say("250 fine")
        return True

    def _take(self, mood: str) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if line == b"" or mood == HANGS_UP:
            return False
        time.sleep(A_WHILE)
        mail = message_from_bytes(b"".join(lines))
        self.mail_server.received.append(Received(str(mail["To"]), str(mail["Message-ID"])))
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
