"""Tills that send orders through the gateway as real ones do: again and again until they are told that it is in."""

import queue
import random
import threading
import time
from datetime import UTC, datetime, timedelta

import requests

BASE = "/admin/customers/api/v1"
FIRST = datetime(2026, 1, 1, 11, tzinfo=UTC)
PATIENCE_S = 120
TAKEN = {"created", "unchanged", "corrected", "ignored"}


class Orders:
    """Makes a restaurant's orders by seed, and what happens to them later; slices of both, each an hour of trade."""

    def __init__(self, guests, seed=7):
        self._random = random.Random(seed)
        self._guests = guests
        self.made = 0
        self._later = []

    def next_slice(self, fresh):
        """Give a slice, its new orders and what becomes of the last slice's: arrays and single orders, and refunds."""
        later, self._later = self._later, []
        mixed = [self._order() for _ in range(fresh)]
        mixed += [body for kind, body in later if kind == "order"]
        self._random.shuffle(mixed)
        parcels = mixed[: len(mixed) // 40]
        rest = mixed[len(mixed) // 40 :]
        parcels += [rest[at : at + 50] for at in range(0, len(rest), 50)]
        self._random.shuffle(parcels)
        return parcels, [refund for kind, refund in later if kind == "refund"]

    def _order(self):  # noqa: PLR0911 - one fate a line
        """Make a new order and decide what becomes of it in the next slice."""
        self.made += 1
        first = self._body()
        fate = self._random.random()
        if fate < 0.04:
            newer = first | {"version": 2, "total_minor": self._amount(), "tip_minor": 0, "tax_minor": 0}
            return self._and_later(first, newer)
        if fate < 0.06:
            newer = first | {"version": 5, "total_minor": self._amount(), "tip_minor": 0, "tax_minor": 0}
            return self._and_later(newer, first)  # the older version comes last
        if fate < 0.07:
            return self._and_later(first, first | {"version": 2, "status": "void"})
        if fate < 0.08:
            return self._and_later(first | {"status": "open"}, first | {"version": 2, "status": "paid"})
        if fate < 0.09 and "guest" in first:
            return self._and_later(first, first | {"version": 2, "guest": self._guest()})
        if fate < 0.12:
            return self._and_later(first, first)
        if fate < 0.14:
            part = first["total_minor"] // 3 + 1
            self._later += [("refund", (first, f"refund-{n}", part)) for n in range(self._random.choice((1, 1, 2)))]
        return first

    def _and_later(self, now, then):
        self._later.append(("order", then))
        return now

    def _body(self):
        total = self._amount()
        tip = self._random.choice((0, 0, total // 10))
        body = {
            "source": self._random.choice(("till-1", "till-2")),
            "external_id": f"order-{self.made}",
            "placed_at": (FIRST + timedelta(minutes=self.made)).isoformat(),
            "currency": "USD",
            "total_minor": total,
            "tip_minor": tip,
            "tax_minor": (total - tip) // 11,
        }
        return body if self._random.random() < 0.02 else body | {"guest": self._guest()}

    def _guest(self):
        """Give a guest, known to the restaurant by number or e-mail address; whichever, always the same one."""
        number = self._random.randrange(self._guests)
        if number % 10 == 0:
            return {"email": f"guest{number}@example.com"}
        return {"external_id": f"guest-{number}"}

    def _amount(self):
        return self._random.randrange(100, 20_000)


class Tills:
    """Several tills that send what is put on their counter, and remember the orders' ids for refunds."""

    def __init__(self, gateway, api_key, noted, count=3):
        self._base, self._key, self._noted = gateway + BASE, api_key, noted
        self._counter = queue.Queue()
        self._threads = [threading.Thread(target=self._run, name=f"till-{n}") for n in range(count)]
        self._failure = None
        self.ids = {}
        self.retries = 0

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        for _ in self._threads:
            self._counter.put(None)
        for thread in self._threads:
            thread.join()

    def begin(self, parcels, refunds):
        """Have the tills send these; returns at once."""
        for parcel in parcels:
            for body in parcel if isinstance(parcel, list) else [parcel]:
                self._noted.order(body)
            self._counter.put(("orders", parcel))
        for order, external_id, amount in refunds:
            self._noted.refund((order["source"], order["external_id"]), external_id, amount)
            self._counter.put(("refund", (order, external_id, amount)))

    def is_idle(self):
        """Say whether all is sent; raises what a till failed with."""
        if self._failure is not None:
            raise self._failure
        return self._counter.unfinished_tasks == 0

    def _run(self):
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {self._key}"
            while (task := self._counter.get()) is not None:
                try:
                    if self._failure is None:
                        self._orders(session, task[1]) if task[0] == "orders" else self._refund(session, *task[1])
                except Exception as error:  # noqa: BLE001 - the test's own thread raises it
                    self._failure = error
                finally:
                    self._counter.task_done()

    def _orders(self, session, parcel):
        sent = parcel if isinstance(parcel, list) else [parcel]
        answer = self._insist(session, "/orders", parcel)
        assert answer.status_code == 200, answer.text
        for body, item in zip(sent, answer.json()["items"], strict=True):
            assert item["outcome"] in TAKEN, item
            assert item["external_id"] == body["external_id"]
            name = body["source"], body["external_id"]
            assert self.ids.setdefault(name, item["order_id"]) == item["order_id"]

    def _refund(self, session, order, external_id, amount):
        id_ = self.ids[order["source"], order["external_id"]]
        body = {"external_id": external_id, "amount_minor": amount, "refunded_at": order["placed_at"]}
        answer = self._insist(session, f"/orders/{id_}/refunds", body)
        assert answer.status_code == 201, answer.text

    def _insist(self, session, path, body):
        """Send until there is an answer that is not the restaurant's own trouble."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = session.post(self._base + path, json=body, timeout=20)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                trouble = answer.text
            except requests.RequestException as error:
                trouble = repr(error)
            assert time.monotonic() < deadline, f"no answer for {PATIENCE_S} s: {trouble}"
            self.retries += 1
            time.sleep(0.2)
