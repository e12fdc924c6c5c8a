"""A server on loopback that hands on what it is sent, and keeps both sides as they were on the wire."""

import base64
import http.client
import http.server
import json
import threading
import time

KEPT = ("content-type", "content-encoding", "inference-header-content-length")


def recorder(port, to):
    """Listens at `port` before the server at port `to`; the list grows by an exchange for each POST."""
    exchanges = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            server = http.client.HTTPConnection("127.0.0.1", to)
            server.request("POST", self.path, body, dict(self.headers))
            answer = server.getresponse()
            data = answer.read()
            exchange = {"request": side(self.headers, body), "response": side(answer.headers, data)}
            exchanges.append({"status": answer.status, **exchange})
            self.send_response(answer.status)
            for name in KEPT:
                if answer.headers[name]:
                    self.send_header(name, answer.headers[name])
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return exchanges


def side(headers, body):
    kept = {name: headers[name] for name in KEPT if headers[name]}
    try:
        return {"headers": kept, "body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"headers": kept, "base64": base64.b64encode(body).decode()}


def ready(port, path):
    for _ in range(300):
        try:
            server = http.client.HTTPConnection("127.0.0.1", port)
            server.request("GET", path)
            if server.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server did not start")


def write(file, exchanges):
    failed = [one for one in exchanges if one["status"] != 200]
    if failed:
        raise SystemExit(json.dumps(failed, indent=1))
    with open(file, "w") as out:
        for one in exchanges:
            one.pop("status")
            out.write(json.dumps(one) + "\n")
