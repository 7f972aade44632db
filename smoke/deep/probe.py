"""What a probe pod of `x0 smoke --deep` runs: one task, given as JSON, with the standard library of Python 3 alone.

Each line of its output is one JSON object; the last one is the result. Its address is in POD_IP.
"""

import concurrent.futures
import http.client
import json
import os
import socket
import ssl
import sys
import threading
import time

# Longest time for one connection or answer (s). A packet that a policy drops is never answered.
TIMEOUT = 2.0

# Pause between two rounds of attempts (s): a network plugin needs a moment to program the rules of a new pod.
ROUND_PAUSE = 1.0


def say(result):
    print(json.dumps(result), flush=True)


def connect(path):
    """Whether a path is open, and why not."""
    try:
        if path["protocol"] == "DNS":
            socket.getaddrinfo(path["host"], None)
        else:
            socket.create_connection((path["host"], path["port"]), TIMEOUT).close()
        return {"open": True, "detail": "open"}
    except OSError as error:
        late = isinstance(error, TimeoutError)
        return {"open": False, "detail": "no answer" if late else (error.strerror or str(error))}


def try_paths(task):
    """Tries all paths until each is as it should be, or time is up."""
    end = time.monotonic() + task["seconds"]
    paths = task["paths"]
    results = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=32) as pool:
        while True:
            left = [path for path in paths if results.get(path["id"], {}).get("open") != path["open"]]
            results.update(zip([path["id"] for path in left], pool.map(connect, left)))
            settled = all(results[path["id"]]["open"] == path["open"] for path in paths)
            if settled or time.monotonic() >= end:
                say({"results": results})
                return
            time.sleep(ROUND_PAUSE)


def listener(port):
    server = socket.create_server((os.environ.get("POD_IP", ""), port), reuse_port=False)
    server.listen(64)
    return server


def listen(task):
    """Accepts and closes connections."""
    servers = [listener(port) for port in task["ports"]]

    def serve(server):
        while True:
            server.accept()[0].close()

    for server in servers:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
    say({"ready": True})
    time.sleep(task["seconds"])


def tls_context(purpose, folder):
    """Mutual TLS by the SVID in a folder: the peer needs a certificate of the same trust bundle."""
    context = ssl.SSLContext(purpose)
    # A SPIFFE ID is a URI, no host name (X509-SVID, section 2).
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(os.path.join(folder, "svid.0.pem"), os.path.join(folder, "svid.0.key"))
    context.load_verify_locations(os.path.join(folder, "bundle.0.pem"))
    return context


def peer_uris(connection):
    return [value for kind, value in connection.getpeercert().get("subjectAltName", ()) if kind == "URI"]


def identity(task):
    """Shows the certificates of the SVID, never its key."""
    with open(os.path.join(task["folder"], "svid.0.pem"), encoding="ascii") as svid:
        chain = svid.read()
    with open(os.path.join(task["folder"], "bundle.0.pem"), encoding="ascii") as bundle:
        return {"svid": chain, "bundle": bundle.read(), "at": time.time()}


def serve_tls(task):
    """Answers one peer after another by mutual TLS."""
    context = tls_context(ssl.PROTOCOL_TLS_SERVER, task["folder"])
    server = listener(task["port"])
    say({"ready": True, **identity(task)})
    while True:
        plain = server.accept()[0]
        plain.settimeout(TIMEOUT)
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.sendall(json.dumps(peer_uris(connection)).encode())
        except OSError:
            # The client reports what went wrong.
            plain.close()


def connect_tls(task):
    """Connects by mutual TLS: what each side has seen of the other."""
    context = tls_context(ssl.PROTOCOL_TLS_CLIENT, task["folder"])
    end = time.monotonic() + task["seconds"]
    while True:
        try:
            plain = socket.create_connection((task["host"], task["port"]), TIMEOUT)
            with context.wrap_socket(plain) as connection:
                server = peer_uris(connection)
                client = json.loads(connection.recv(65536).decode() or "[]")
            say({"server": server, "client": client, **identity(task)})
            return
        except (OSError, ValueError) as error:
            if time.monotonic() >= end:
                say({"fault": str(error), **identity(task)})
                return
            time.sleep(ROUND_PAUSE)


def load(task):
    """Sends requests, each over a connection of its own, until it is stopped; counts once a second."""
    sent = 0
    lost = {}
    lock = threading.Lock()

    def request():
        connection = http.client.HTTPConnection(task["host"], task["port"], timeout=task["timeout"])
        try:
            connection.request("GET", task["path"])
            response = connection.getresponse()
            response.read()
            return f"HTTP {response.status}" if response.status >= 500 else None
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__ if not str(error) else str(error)
        finally:
            connection.close()

    def send():
        nonlocal sent
        while True:
            fault = request()
            with lock:
                sent += 1
                if fault is not None:
                    lost[fault] = lost.get(fault, 0) + 1
            time.sleep(task["pause"])

    for _ in range(task["senders"]):
        threading.Thread(target=send, daemon=True).start()
    end = time.monotonic() + task["seconds"]
    while time.monotonic() < end:
        time.sleep(1)
        with lock:
            say({"sent": sent, "lost": lost})


def write(task):
    with open(task["file"], "w", encoding="ascii") as file:
        file.write(task["text"])
        file.flush()
        os.fsync(file.fileno())
    say({"written": True})


def read(task):
    with open(task["file"], encoding="ascii") as file:
        say({"text": file.read()})


TASKS = {
    "tryPaths": try_paths,
    "listen": listen,
    "serveTls": serve_tls,
    "connectTls": connect_tls,
    "load": load,
    "write": write,
    "read": read,
}


def main():
    task = json.loads(sys.argv[1])
    try:
        TASKS[task["task"]](task)
    except OSError as error:
        say({"fault": str(error)})
        sys.exit(1)


main()
