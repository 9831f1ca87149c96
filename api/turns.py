"""Who may use the database now: a bounded number read, a bounded number wait, the rest is refused.

Without the bound each slow statement would hold a thread and, soon, every thread: then not even
``/healthz`` answers. Whoever leaves while waiting gives up the turn; whoever leaves while being
served has the statement stopped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from starlette.requests import Request

from api.access import SAFE
from api.bodies import SMALL
from api.errors import problem, refusal
from api.forms import LARGEST, is_form
from gis.errors import StoreUnavailable
from gis.features.cancelling import Cancellation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_SECONDS = 10.0
"""How long a request waits for its turn."""
FORM_SECONDS = 10.0
"""How long a form may take to come: anybody may send one, so it comes before the turn."""
REFUSAL = "sig.refusal"
"""Where the tile door leaves, for the route to raise, what kept it from making a tile."""
FREE = frozenset({"/", "/healthz", "/metrics"})
EXECUTION = "/execution"
"""Where questions are asked: they write nothing, so whoever leaves stops them."""
FREE_BELOW = ("/assets/", "/api/static/")
"""What needs no database, and so no turn."""
STOPPERS = 8
"""Threads that stop statements: apart, since those that read may all be busy."""


class TurnRefused(StoreUnavailable):
    """Too many wait for the database already, or one waited too long."""


class Turns:
    """The turns of one process: ``capacity`` at once, up to ``longest`` waiting in order."""

    def __init__(self, capacity: int, longest: int) -> None:
        self.capacity = capacity
        self._limiter = anyio.CapacityLimiter(capacity)
        self._stoppers = anyio.CapacityLimiter(STOPPERS)
        self._longest = longest
        self._patience = PATIENCE_SECONDS
        self._stopping: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._limiter.statistics().tasks_waiting

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Callable[[], None]]:
        """Wait for a turn and hold it: until the block ends, or what it is given is called.

        :class:`TurnRefused` when too many wait already, or it does not come in time.
        """
        borrower = object()
        held = False

        def release() -> None:
            nonlocal held
            if held:
                held = False
                self._limiter.release_on_behalf_of(borrower)

        try:
            self._limiter.acquire_on_behalf_of_nowait(borrower)
        except anyio.WouldBlock:
            if self.waiting >= self._longest:
                raise _busy() from None
            with anyio.move_on_after(self._patience) as scope:
                await self._limiter.acquire_on_behalf_of(borrower)
            if scope.cancelled_caught:
                raise _busy() from None
        held = True
        try:
            yield release
        finally:
            release()

    def stop(self, cancellation: Cancellation) -> None:
        """Have the statements of a piece of work stopped, without waiting for it."""
        cancellation.is_cancelled = True
        task = asyncio.ensure_future(
            anyio.to_thread.run_sync(cancellation.cancel, limiter=self._stoppers)
        )
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)


class Caller:
    """The other end of a request: tells whoever listens that it left.

    It is watched only where no body is to come (``GET``, ``HEAD``, and a question that has been
    taken in): what writes is not stopped.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._early: deque[Message] = deque()
        self._given = False
        self._left = asyncio.Event()
        self._act: Callable[[], object] | None = None
        self._task: asyncio.Task[None] | None = None
        if scope["method"] in ("GET", "HEAD"):
            self.watch()

    def watch(self) -> None:
        """Listen from now on, when nothing more is to come."""
        self._given = bool(self._early)
        self._task = asyncio.ensure_future(self._watch())

    @contextmanager
    def if_leaves(self, act: Callable[[], object]) -> Iterator[None]:
        """Call ``act`` when it leaves during the block, or has left before it."""
        self._act = act
        if self._left.is_set():
            act()
        try:
            yield
        finally:
            self._act = None

    async def take_in(self, most: int) -> bool:
        """Wait for a body (or as much of it as is read), which the application receives later;
        whether it came in time."""
        size, more = 0, True
        with anyio.move_on_after(FORM_SECONDS) as scope:
            while more and size <= most:
                message = await self._receive()
                self._early.append(message)
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
        return not scope.cancelled_caught

    async def receive(self) -> Message:
        """What the application receives: an empty body and word that it left, where watched."""
        if self._early:
            return self._early.popleft()
        if self._task is None:
            return await self._receive()
        if not self._given:
            self._given = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    def forget(self) -> None:
        """Listen no more: the answer has been given."""
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._left.set()
        if self._act is not None:
            self._act()


class TakesTurns:
    """ASGI middleware: a request that may need the database waits for its turn."""

    def __init__(self, app: ASGIApp, turns: Turns) -> None:
        self.app = app
        self.turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or REFUSAL in scope or _is_free(scope["path"]):
            await self.app(scope, receive, send)
            return
        caller = Caller(scope, receive)
        try:
            asks = scope["method"] == "POST" and scope["path"].endswith(EXECUTION)
            writes = scope["method"] not in SAFE and is_form(Request(scope))
            if (asks or writes) and not await caller.take_in(SMALL if asks else LARGEST):
                await _too_slow(scope)(scope, caller.receive, send)
                return
            if asks:
                caller.watch()
            await self._attend(scope, caller, send)
        except TurnRefused as error:
            await refusal(Request(scope), error)(scope, caller.receive, send)
        finally:
            caller.forget()

    async def _attend(self, scope: Scope, caller: Caller, send: Send) -> None:
        async with AsyncExitStack() as stack:
            with anyio.CancelScope() as waiting, caller.if_leaves(waiting.cancel):
                release = await stack.enter_async_context(self.turns.turn())
            if waiting.cancelled_caught:
                raise TurnRefused("Quien esperaba turno se fue")
            cancellation = Cancellation()

            async def answer(message: Message) -> None:
                # What follows goes at the caller's pace, which may be slow.
                release()
                await send(message)

            stop = partial(self.turns.stop, cancellation)
            with caller.if_leaves(stop), cancellation.covering():
                await self.app(scope, caller.receive, answer)


def _is_free(path: str) -> bool:
    return path in FREE or path.startswith(FREE_BELOW)


def _too_slow(scope: Scope) -> Response:
    answer = problem(Request(scope), 408, "http-408", "El formulario tardó demasiado en llegar")
    answer.headers["Connection"] = "close"
    return answer


def _busy() -> TurnRefused:
    return TurnRefused("Hay demasiadas consultas en curso; intente en un momento")
