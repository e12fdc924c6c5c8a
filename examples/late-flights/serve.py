"""python3 serve.py [model.json]: the same model, served by Python; nothing but its standard library.

As serve.mjs: POST /predict {hour, weekday, distance, origin, destination} answers {score, late}, and with ASSAY_EVENTS_URL, which
a promotion writes, each flight and its score is told to the collector, in lists of half a second. Who asks may say of whom the
flight is, in x-user: a canary counts users.
"""
import json, math, os, sys, threading, time, urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

THRESHOLD = 0.3
# A token's file mostly ends with a newline, and no header may.
EVENTS_URL, TOKEN = os.environ.get("ASSAY_EVENTS_URL"), os.environ.get("ASSAY_EVENTS_TOKEN", "").strip()
FEATURES = {
    "distance": lambda flight: ("distance", (flight["distance"] - 700) / 500),
    "hour": lambda flight: ("hour", (flight["hour"] - 13) / 5),
    "hour_of_day": lambda flight: (f"hour={flight['hour']}", 1),
    "weekday": lambda flight: (f"weekday={flight['weekday']}", 1),
    "origin": lambda flight: (f"origin={flight['origin']}", 1),
    "destination": lambda flight: (f"destination={flight['destination']}", 1),
}
MODEL = json.load(open(sys.argv[1] if len(sys.argv) > 1 else "model.json"))
LOOKED_AT = [FEATURES[name] for name in MODEL["features"]]
WEIGHTS = MODEL["weights"]
untold, lock = [], threading.Lock()
MOST_UNTOLD = 10_000  # of more, while the collector does not answer, the newest are lost


def score_of(flight):
    values = [("bias", 1), *(feature(flight) for feature in LOOKED_AT)]
    return 1 / (1 + math.exp(-sum(WEIGHTS.get(name, 0) * value for name, value in values)))


def tell_all():
    while True:
        time.sleep(0.5)
        with lock:
            events, untold[:] = untold[:], []
        if not events or not EVENTS_URL:
            continue
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        try:  # What the collector does not take is lost: an answer never waits for it.
            urllib.request.urlopen(urllib.request.Request(EVENTS_URL, json.dumps(events).encode(), headers), timeout=5)
        except OSError:
            pass


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200 if self.path == "/healthz" else 404, {})

    def do_POST(self):
        flight = json.loads(self.rfile.read(int(self.headers["content-length"])))
        score = score_of(flight)
        with lock:
            if EVENTS_URL and len(untold) < MOST_UNTOLD:
                unit = {"unit": self.headers["x-user"]} if self.headers["x-user"] else {}
                untold.append({"time": datetime.now(timezone.utc).isoformat(), **unit, "features": flight, "score": score})
        self.answer(200, {"score": score, "late": score >= THRESHOLD})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


threading.Thread(target=tell_all, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Server).serve_forever()
