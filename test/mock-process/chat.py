"""Drives the mock with the standard library of Python 3 only, as a test in another language does.

Usage: python3 chat.py URL. Prints one line for each step; the exit code is 1 when a step fails.
"""

import base64
import json
import os
import socket
import struct
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

URL = sys.argv[1]


def call(path, body=None, token=None, method=None):
    """Sends a request and returns the status, the headers and the parsed body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.load(error)


def control(path, body=None):
    status, _, result = call("/__mock" + path, {} if body is None else body)
    check(f"control call {path}", status, 200)
    return result


def check(step, actual, expected):
    if actual != expected:
        print(f"{step}: expected {expected!r}, received {actual!r}")
        sys.exit(1)


class WebSocket:
    """A minimal client: text frames and close frames (RFC 6455)."""

    def __init__(self, token):
        parts = urlsplit(URL)
        self.connection = socket.create_connection((parts.hostname, parts.port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            (
                f"GET {parts.path}/ws/chat?token={token}&stream=1 HTTP/1.1\r\n"
                f"Host: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        self.file = self.connection.makefile("rb")
        check("handshake", self.file.readline().split()[1], b"101")
        while self.file.readline() != b"\r\n":
            pass

    def send(self, frame):
        payload = json.dumps(frame).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else struct.pack("!BH", 0x80 | 126, length)
        self.connection.sendall(b"\x81" + size + mask + masked)

    def receive(self):
        """Returns the next frame, or the code of the close frame."""
        first, length = self.file.read(2)
        if length == 126:
            (length,) = struct.unpack("!H", self.file.read(2))
        payload = self.file.read(length)
        if first & 0x0F == 8:
            return struct.unpack("!H", payload[:2])[0]
        return json.loads(payload)

    def next(self, event):
        """Returns the data of the next frame with this event; "message" is the next message."""
        while True:
            frame = self.receive()
            if isinstance(frame, int):
                check("next frame", f"closed with {frame}", event)
            name = "message" if frame["type"] == "message" else frame["data"]["event"]
            if name == event:
                return frame["data"]


def log_in():
    status, _, body = call("/api/v1/login", {"username": "ada", "password": "s3cret"})
    check("login", status, 200)
    return body["access_token"]


# Log in and chat over HTTP.
control("/reset")
control("/reply", {"template": "You said {{message}}"})
token = log_in()
status, _, body = call("/api/v1/chat", {"message": "Hello"}, token)
check("reply", (status, body["response"]), (200, "You said Hello"))
print("logged in and received a reply")

# Chat over a WebSocket, with a streamed reply.
control("/reply", {"chunks": ["Good ", "morning"], "chunkDelayMs": 1})
chat = WebSocket(token)
chat.next("connected")
chat.send({"type": "message", "content": "Hi", "id": "frame-1"})
check("acknowledgement", chat.next("message")["clientId"], "frame-1")
check("deltas", [chat.next("delta")["content"] for _ in range(2)], ["Good ", "morning"])
check("socket reply", chat.next("message")["content"], "Good morning")
print("chatted over a WebSocket")

# Reach the rate limit, and advance the clock until it is free again.
statuses = []
for _ in range(60):
    status, headers, _ = call("/api/v1/chat", {"message": "Again"}, token)
    statuses.append(status)
    if status == 429:
        break
check("rate limit", (statuses[-1], headers["Retry-After"]), (429, "60"))
control("/advance", {"ms": 60_000})
status, _, _ = call("/api/v1/chat", {"message": "Again"}, token)
check("after the clock advanced", status, 200)
print("reached the rate limit and advanced the clock")

# Get disconnected.
control("/close-sockets", {"code": 1012})
while not isinstance(frame := chat.receive(), int):
    pass
check("close code", frame, 1012)
print("was disconnected")
