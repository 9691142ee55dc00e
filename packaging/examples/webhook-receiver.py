#!/usr/bin/python3
# webhook-receiver.py: prints what Muster announces, each event once, when its signature is right
import base64, hashlib, hmac, http.server, json, os, time

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
seen = set()

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        told = lambda name: self.headers.get("webhook-" + name, "")
        body = self.rfile.read(min(int(self.headers.get("content-length", 0)), 100_000))
        text = f"{told('id')}.{told('timestamp')}.".encode() + body
        right = "v1," + base64.b64encode(hmac.digest(KEY, text, hashlib.sha256)).decode()
        ours = any(hmac.compare_digest(one.encode(), right.encode()) for one in told("signature").split())
        fresh = ours and abs(time.time() - int(told("timestamp"))) < 300
        if fresh and told("id") not in seen:
            print(json.dumps(json.loads(body)), flush=True)
            seen.add(told("id"))
        self.send_response(204 if fresh else 403)
        self.end_headers()

port = int(os.environ.get("PORT", 9000))
http.server.HTTPServer(("127.0.0.1", port), Receiver).serve_forever()
