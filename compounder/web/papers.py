"""Papers to print: worksheets and labels, of a batch, of all of an order, and of a trituration."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, Response, request, send_file

from compounder import clock
from compounder.domain.errors import NotAccepted
from compounder.domain.units import parse_count
from compounder.printing.paper import LARGE, SHEET_A4, SHEET_LETTER, SMALL, LabelStock, Paper
from compounder.services.bundling import bundle_of, file_name
from compounder.services.orders import lot_numbers_of, standing_lot_numbers_of
from compounder.services.papers import LabelRequest, labels, trituration_labels, trituration_worksheet, worksheets
from compounder.web.workspace import database, site, workspace

pages = Blueprint("papers", __name__)

PAPERS = {"a4": Paper.A4, "letter": Paper.LETTER}
STOCKS = {"62x29": SMALL, "100x50": LARGE, "sheet-a4": SHEET_A4, "sheet-letter": SHEET_LETTER}
STOCK_CHOICES = tuple((value, stock.name) for value, stock in STOCKS.items())
MOST_COPIES = 2_000
Choice = TypeVar("Choice")


@pages.get("/batches/<lot_number>/worksheet.pdf")
def worksheet(lot_number: str) -> Response:
    return _worksheets((lot_number,), f"worksheet-{lot_number}")


@pages.get("/batches/<lot_number>/labels.pdf")
def batch_labels(lot_number: str) -> Response:
    return _labels((lot_number,), f"labels-{lot_number}")


@pages.get("/batches/<lot_number>/record.zip")
def record_bundle(lot_number: str) -> Response:
    """The batch's whole record, for whoever keeps or checks it."""
    bundle = bundle_of(database(), site(), lot_number, _keys(), at=clock.now())
    return send_file(bundle, "application/zip", as_attachment=True, download_name=file_name(lot_number))


@pages.get("/triturations/<lot_number>/worksheet.pdf")
def of_trituration(lot_number: str) -> Response:
    paper = chosen(PAPERS, request.args.get("paper", "a4"))
    content = trituration_worksheet(database(), site(), lot_number, paper, at=clock.now(), keys=_keys())
    return pdf(content, f"worksheet-{lot_number}")


@pages.get("/triturations/<lot_number>/labels.pdf")
def labels_of_trituration(lot_number: str) -> Response:
    content = trituration_labels(database(), site(), _wanted((lot_number,)), at=clock.now())
    return pdf(content, f"labels-{lot_number}")


@pages.get("/orders/<order_number>/worksheets.pdf")
def order_worksheets(order_number: str) -> Response:
    with database().reading() as reading:
        numbers = lot_numbers_of(reading, site(), order_number)
    return _worksheets(numbers, f"worksheets-{order_number}")


@pages.get("/orders/<order_number>/labels.pdf")
def order_labels(order_number: str) -> Response:
    """Of the batches that stand: a voided one has none."""
    with database().reading() as reading:
        numbers = standing_lot_numbers_of(reading, site(), order_number)
    return _labels(numbers, f"labels-{order_number}")


def _worksheets(lot_numbers: tuple[str, ...], name: str) -> Response:
    paper = chosen(PAPERS, request.args.get("paper", "a4"))
    return pdf(worksheets(database(), site(), lot_numbers, paper, at=clock.now(), keys=_keys()), name)


def _keys() -> Path:
    """Where the key lies that signs what a worksheet ends with."""
    return workspace().settings.keys


def _labels(lot_numbers: tuple[str, ...], name: str) -> Response:
    return pdf(labels(database(), site(), _wanted(lot_numbers), at=clock.now()), name)


def _wanted(lot_numbers: tuple[str, ...]) -> LabelRequest:
    """The labels that the address asks for."""
    stock: LabelStock = chosen(STOCKS, request.args.get("stock", "62x29"))
    return LabelRequest(
        lot_numbers=lot_numbers,
        stock=stock,
        copies=parse_count(request.args.get("copies", "1"), most=MOST_COPIES),
        first_place=parse_count(request.args.get("first", "1"), most=stock.places),
    )


def chosen(choices: Mapping[str, Choice], read: str) -> Choice:
    if read not in choices:
        raise NotAccepted(read=read, accepted=" or ".join(choices))
    return choices[read]


def pdf(content: bytes, name: str) -> Response:
    disposition = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=disposition)
