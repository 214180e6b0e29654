"""What a team would write in place of the gateway: FastAPI, whose models check payloads, and aio-pika with confirms."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import aio_pika
from fastapi import FastAPI, Response
from pydantic import BaseModel


class Item(BaseModel):
    sku: str
    qty: int
    price: float


class Order(BaseModel):
    region: Literal["eu", "us"]
    items: list[Item]


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    connection = await aio_pika.connect_robust(os.environ["BENCH_BROKER"])
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    app.state.exchange = await channel.get_exchange("bench")
    yield
    await connection.close()


app = FastAPI(lifespan=connected)


@app.post("/events/order.created", status_code=202)
async def post(order: Order, response: Response) -> dict[str, str]:
    message = aio_pika.Message(
        order.model_dump_json().encode(),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        type="order.created",
    )
    try:
        await app.state.exchange.publish(message, "order.created", mandatory=True)
    except aio_pika.exceptions.DeliveryError:
        response.status_code = 409
        return {"outcome": "unroutable"}
    return {"outcome": "confirmed"}
