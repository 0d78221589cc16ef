"""Drawings for articles and stories: people in red vests, in scenes of a northern city."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

WIDTH, HEIGHT, GROUND = 800, 450, 330
BOOKS = ("#c8281c", "#17693f", "#1b579c", "#c98500")
SKIES = {"street": "#cfdfe8", "river": "#d7e8ef", "snow": "#dfe3ea", "room": "#f3e6d3"}


def scene(kind: str, people: int) -> SimpleUploadedFile:
    """Draw some people on a street, at the river, in the snow or in a room."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), SKIES[kind])
    pen = ImageDraw.Draw(picture)
    {"street": _street, "river": _river, "snow": _snow, "room": _room}[kind](pen)
    for number in range(people):
        _person(pen, 90 + number * (620 // max(people, 1)), number)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return SimpleUploadedFile("配图.jpg", out.getvalue(), "image/jpeg")


def _person(pen: ImageDraw.ImageDraw, x: int, number: int) -> None:
    top = 215 + number % 3 * 10
    pen.ellipse((x, top, x + 42, top + 42), fill=("#e8c9a8", "#dcb48c", "#f0d5b8")[number % 3])
    pen.pieslice((x - 2, top - 6, x + 44, top + 34), 180, 360, fill="#c8281c")
    pen.rounded_rectangle((x - 8, top + 42, x + 50, top + 126), 10, fill="#c8281c")
    pen.rectangle((x + 18, top + 60, x + 24, top + 126), fill="#f4d35e")
    pen.rectangle((x + 2, top + 126, x + 18, top + 180), fill="#3b4754")
    pen.rectangle((x + 26, top + 126, x + 42, top + 180), fill="#3b4754")


def _street(pen: ImageDraw.ImageDraw) -> None:
    for left in range(20, WIDTH, 160):
        top = 60 + left * 7 % 90
        pen.rectangle((left, top, left + 120, GROUND), fill="#c9a98d")
        for row in range(top + 20, GROUND - 30, 44):
            pen.rectangle((left + 20, row, left + 46, row + 24), fill="#7d93a3")
            pen.rectangle((left + 74, row, left + 100, row + 24), fill="#7d93a3")
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill="#8b8f94")
    for left in range(30, WIDTH, 90):
        pen.polygon(
            [(left, HEIGHT), (left + 24, GROUND + 30), (left + 54, GROUND + 30),
             (left + 44, HEIGHT)], fill="#eef0f2",
        )  # fmt: skip


def _river(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(0, 210), (200, 120), (420, 210), (620, 140), (800, 220), (800, 260), (0, 260)],
                fill="#9db8a5")  # fmt: skip
    pen.rectangle((0, 250, WIDTH, 330), fill="#8fb6cc")
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill="#a9b78f")
    for left in (60, 330, 560, 740):
        pen.rectangle((left, 190, left + 10, GROUND), fill="#7a5a43")
        pen.ellipse((left - 34, 110, left + 44, 210), fill="#6f9a5c")


def _snow(pen: ImageDraw.ImageDraw) -> None:
    for left in range(0, WIDTH, 200):
        pen.rectangle((left + 20, 130, left + 180, GROUND), fill="#b9a79a")
        pen.polygon([(left, 130), (left + 100, 60), (left + 200, 130)], fill="#f4f6f8")
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill="#f4f6f8")
    for number in range(90):
        x, y = number * 149 % WIDTH, number * 83 % GROUND
        pen.ellipse((x, y, x + 5, y + 5), fill="#ffffff")


def _room(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((60, 60, 300, 210), fill="#bcd3de", outline="#a5845f", width=10)
    pen.rectangle((460, 70, 740, 90), fill="#a5845f")
    for left in range(470, 730, 22):
        pen.rectangle((left, 30 + left % 17, left + 16, 70), fill=BOOKS[left % len(BOOKS)])
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill="#c7a77f")
    pen.rectangle((120, 300, 680, 330), fill="#a5845f")
