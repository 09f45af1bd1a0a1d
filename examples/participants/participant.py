#!/usr/bin/env python3
"""A hotel as a participant of sagas, with Python's standard library alone.

    python3 participant.py PORT DATABASE          (port 0: any free one)

Takes rooms, {"habitaciones": N}, and gives them back. Right under kill -9 and under duplicates at once: what is
known of a call, the booking and the answer are one transaction of SQLite, and the answer leaves behind its commit.
With PARTICIPANTE_SECRETO in the environment only calls that are signed with it are heard.
"""
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOMS = int(os.environ.get("PARTICIPANTE_HABITACIONES", "100"))
BODY_MAX = 1 << 20
SECRET = os.environ.get("PARTICIPANTE_SECRETO", "").encode()

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS barrera (
  saga_id TEXT NOT NULL, paso TEXT NOT NULL, actuado INTEGER NOT NULL DEFAULT 0, rechazado INTEGER NOT NULL DEFAULT 0,
  deshecho INTEGER NOT NULL DEFAULT 0, epoca INTEGER NOT NULL, salida TEXT, PRIMARY KEY (saga_id, paso)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reservas (saga_id TEXT NOT NULL, paso TEXT NOT NULL, habitaciones INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS reservas_de_saga ON reservas (saga_id);
"""
# examples/barrier/sqlite.sql: the write comes first, and a call that is not newer changes no epoch.
ENTER = """INSERT INTO barrera (saga_id, paso, epoca) VALUES (?, ?, ?)
ON CONFLICT (saga_id, paso) DO UPDATE SET epoca = MAX(epoca, excluded.epoca)"""
KNOWN = "SELECT actuado, rechazado, deshecho, epoca, salida FROM barrera WHERE saga_id = ? AND paso = ?"


def connect():
    db = sqlite3.connect(sys.argv[2], isolation_level=None, timeout=10)
    db.execute("PRAGMA synchronous = FULL")  # an answer survives a power cut, too
    return db


def book(db, key, body):
    """The effect. Gives the column that remembers how it went, and the answer."""
    wanted = body.get("habitaciones") if isinstance(body, dict) else None
    if type(wanted) is not int or wanted < 1:
        return "rechazado", {"motivo": "habitaciones debe ser un número desde 1"}
    taken = db.execute("SELECT COALESCE(SUM(habitaciones), 0) FROM reservas").fetchone()[0]
    if taken + wanted > ROOMS:
        return "rechazado", {"motivo": "no quedan habitaciones"}
    db.execute("INSERT INTO reservas VALUES (?, ?, ?)", (*key, wanted))
    return "actuado", {"localizador": secrets.token_hex(4)}


def decide(db, key, undo, epoch, body):
    """What docs/participants.md asks for, in a transaction. Gives the status and the answer."""
    db.execute(ENTER, (*key, epoch))
    acted, refused, undone, newest, output = db.execute(KNOWN, key).fetchone()
    if epoch < newest:
        return 412, json.dumps({"motivo": "la llamada es de una época anterior"})
    if undo:
        if acted and not undone:
            db.execute("DELETE FROM reservas WHERE saga_id = ? AND paso = ?", key)
        db.execute("UPDATE barrera SET deshecho = 1 WHERE saga_id = ? AND paso = ?", key)
        return 200, "{}"
    if undone:
        return 409, json.dumps({"motivo": "la acción llegó después de su compensación"})
    if not acted and not refused:
        column, answer = book(db, key, body)
        output = json.dumps(answer)
        db.execute(f"UPDATE barrera SET {column} = 1, salida = ? WHERE saga_id = ? AND paso = ?", (output, *key))
        acted = column == "actuado"
    return (200 if acted else 409), output


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30  # of a connection that says nothing
    wbufsize = 65536  # head and body leave together

    def say(self, status, answer):
        data = answer.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 503:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(data)

    def is_signed(self, raw):
        fields = dict(part.partition("=")[::2] for part in self.headers.get("Saga-Firma", "").split(","))
        text = f"{fields.get('t', '')}.{self.headers.get('Idempotency-Key', '')}.".encode() + raw
        right = hmac.new(SECRET, text, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right.encode(), fields.get("v1", "").encode())

    def do_POST(self):
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > BODY_MAX:
            self.close_connection = True  # what follows is not read
            return self.say(413, "{}")
        raw = self.rfile.read(int(size))
        if SECRET and not self.is_signed(raw):
            return self.say(401, "{}")
        try:
            key = (self.headers["Saga-Id"], self.headers["Saga-Paso"])
            epoch = int(self.headers["Saga-Epoca"])
            undo = {"accion": False, "compensacion": True}[self.headers["Saga-Operacion"]]
            body = json.loads(raw)
        except (KeyError, TypeError, ValueError, RecursionError):
            return self.say(400, "{}")
        if not all(key) or not 0 <= epoch < 1 << 63:
            return self.say(400, "{}")
        try:
            with closing(connect()) as db:  # closing it rolls back what is not committed
                db.execute("BEGIN IMMEDIATE")
                said = decide(db, key, undo, epoch, body)
                db.execute("COMMIT")
        except sqlite3.Error as error:  # nobody knows more: the call comes again
            self.log_error("%s", error)
            return self.say(503, "{}")
        self.say(*said)

    def do_GET(self):
        """/efectos/SAGA: how often its booking is in force, for `sagas check-participant --effects`."""
        if not self.path.startswith("/efectos/"):
            return self.say(404, "{}")
        with closing(connect()) as db:
            row = db.execute("SELECT COUNT(*) FROM reservas WHERE saga_id = ?", (self.path[9:],)).fetchone()
        self.say(200, json.dumps({"efectos": row[0]}))

    def log_message(self, *_):
        pass  # a line a call is too much; errors go to log_error

    def log_error(self, format, *args):
        print(format % args, file=sys.stderr)


class Server(ThreadingHTTPServer):
    request_queue_size = 128


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with closing(connect()) as db:
        db.executescript(SCHEMA)
    with Server(("127.0.0.1", int(sys.argv[1])), Handler) as server:
        print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
