"""What a user of httpx or requests does: client.py LIBRARY CASE URL. Ends with 0 if all was as it should be."""
import hashlib
import sys

library, case, base = sys.argv[1:]
SIZE = 3 << 20
BODY = bytes(range(256)) * (SIZE // 256)


def chunks():
    for start in range(0, SIZE, 50_000):
        yield BODY[start:start + 50_000]


def token(client):
    answer = client.post(base + "/api/execute", json={"script": "whoami()"}).json()
    assert answer["code"] == "0", answer
    return answer["result"][0]["token"]


def check(client, upload):
    if case == "keeps-its-token":
        assert len({token(client) for _ in range(5)}) == 1
    elif case in ("uploads", "uploads-in-chunks"):
        answer = upload(chunks() if case.endswith("chunks") else BODY).json()
        assert answer == {"bytes": SIZE, "sha256": hashlib.sha256(BODY).hexdigest()}, answer
    elif case == "downloads":
        assert len(client.get(base + "/bytes?n=5000000").content) == 5_000_000
        assert len(client.get(base + "/bytes?n=5000000&chunked").content) == 5_000_000
    elif case == "is-told-errors":
        answer = client.post(base + "/api/login", json={"username": "a", "password": "b"})
        assert answer.status_code == 403 and answer.json()["message"].startswith("TPP: "), answer.text
        assert token(client) > 0
    else:
        raise SystemExit("no case " + case)


if library == "httpx":
    import httpx
    with httpx.Client(timeout=20) as client:
        check(client, lambda content: client.post(base + "/sink", content=content))
else:
    import requests
    with requests.Session() as client:
        check(client, lambda content: client.post(base + "/sink", data=content, timeout=20))
