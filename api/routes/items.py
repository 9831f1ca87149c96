"""Features: pages of a layer, and one by its id."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import documents, links
from api.downloads import file_forms, send_file, shelf_of
from api.links import Link
from api.negotiation import GEOJSON, HTML, JSON, JSONFG, choose
from api.pages import render
from api.params import (
    ITEM,
    ITEMS,
    filterable,
    read_crs,
    read_moment,
    read_parameters,
    read_query,
    refuse_page,
)
from api.profiles import PROFILE, encoding_of, profile_links, sent_type
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, layer_of, reader_of, system_of
from gis.crs import CRS84
from gis.demonstration import NOTICE
from gis.features import read_page, read_seen, reading, root_members
from gis.store import layer_state

if TYPE_CHECKING:
    import sqlalchemy as sa
    from starlette.responses import Response

    from api.negotiation import Form
    from gis.contract import Access, Layer
    from gis.crs import Crs
    from gis.features import Encoding, Page, Query
    from gis.store import LayerState

router = APIRouter()
FORMS = (GEOJSON, HTML, JSONFG)


@router.api_route("/api/collections/{name}/items", methods=READ)
def items(request: Request, name: str) -> Response:
    """A page of features."""
    layer = layer_of(request, name)
    access = access_of(request, layer)
    values = read_parameters(request, (*ITEMS, *(f.name for f in filterable(layer, access))))
    files = file_forms(layer, access)
    form = choose(request, *FORMS, *files)
    encoding = encoding_of(form, values.get(PROFILE))
    system = system_of(request)
    if form in files:
        refuse_page(values)
    with reading(reader_of(request, layer)) as conn:
        query = replace(read_query(conn, layer, access, values), encoding=encoding)
        state = layer_state(conn, layer.name, access)
        if form in files:
            shelf = shelf_of(system.settings)
            notice = NOTICE if state.demonstration else ""
            return send_file(request, conn, layer, access, form, query, state, shelf, notice)
        page = read_page(conn, layer, access, query, state)
    found = _page_links(request, layer, page, form, query)
    headers = {"Content-Crs": query.crs.header, "Link": links.header(found)}
    found += [
        Link("alternate", _whole(request, file), file.media_type, f"El resultado como {file.label}")
        for file in files
    ]
    if form is HTML:
        text = _items_page(request, layer, state, page, query, found)
        return respond(request, text, HTML.media_type, headers)
    head = _root(request, layer, access, query.crs, encoding)
    if encoding != "rfc7946" and layer.geometry is not None and layer.geometry_for(access):
        head["geometryDimension"] = layer.geometry.dimension
    text = _feature_collection(page, state, head, found)
    return respond(request, text, sent_type(request, form), headers)


def _root(
    request: Request, layer: Layer, access: Access, crs: Crs, encoding: Encoding
) -> dict[str, Any]:
    """What JSON-FG says of the whole document; nothing in plain GeoJSON."""
    if encoding == "rfc7946":
        return {}
    schema = links.address(request, f"{links.collection_path(layer.name)}/schema")
    shown = crs if layer.geometry_for(access) else CRS84
    return root_members(layer, shown, schema)


def _whole(request: Request, file: Form) -> str:
    """Where the same result is as a file: all of it, whatever the page."""
    return links.here(request, f=file.word, limit="", token="")


def _page_links(request: Request, layer: Layer, page: Page, form: Form, query: Query) -> list[Link]:
    found = links.representations(request, form, FORMS)
    if form is not HTML:
        found += profile_links([query.encoding], form.media_type)
    if page.next:
        href = links.here(request, f=form.word, token=page.next)
        found.append(Link("next", href, form.media_type, "Página siguiente"))
    path = links.collection_path(layer.name)
    found.append(
        Link(
            "collection", links.address(request, path, {"f": "json"}), JSON.media_type, "Colección"
        )
    )
    return found


def _feature_collection(
    page: Page, state: LayerState, root: dict[str, Any], found: list[Link]
) -> str:
    """The features come as text from the database and are never parsed again."""
    head: dict[str, Any] = {"type": "FeatureCollection", **root}
    if page.matched is not None:
        head["numberMatched"] = page.matched
    head["numberReturned"] = page.returned
    if state.demonstration:
        head["aviso"] = NOTICE
    head["links"] = links.documents(found)
    return to_json(head)[:-1] + ',"features":[' + page.features + "]}"


def _items_page(
    request: Request,
    layer: Layer,
    state: LayerState,
    page: Page,
    query: Query,
    found: list[Link],
) -> str:
    return render(
        request,
        "items.html",
        title=documents.shown_title(layer, state),
        layer=layer,
        notice=documents.notice(layer, state),
        fields=query.fields(layer, access_of(request, layer)),
        features=json.loads(f"[{page.features}]"),
        page=page,
        query=query,
        item_path=links.item_path,
        links={link.rel: link.href for link in reversed(found)},
    )


@router.api_route("/api/collections/{name}/items/{feature_id:path}", methods=READ)
def item(request: Request, name: str, feature_id: str) -> Response:
    """One feature."""
    layer = layer_of(request, name)
    return answer_item(request, layer, feature_id, reader_of(request, layer))


def answer_item(request: Request, layer: Layer, feature_id: str, engine: sa.Engine) -> Response:
    """What a GET of the feature answers, read through ``engine``."""
    access = access_of(request, layer)
    values = read_parameters(request, ITEM)
    form = choose(request, *FORMS)
    crs, encoding = read_crs(values), encoding_of(form, values.get(PROFILE))
    with reading(engine) as conn:
        moment = read_moment(conn, layer, access, values)
        text, version = read_seen(conn, layer, access, feature_id, crs, moment, encoding)
        state = layer_state(conn, layer.name, access)
    found = links.representations(request, form, FORMS)
    if form is not HTML:
        found += profile_links([encoding], form.media_type)
    path = links.collection_path(layer.name)
    found.append(
        Link(
            "collection", links.address(request, path, {"f": "json"}), JSON.media_type, "Colección"
        )
    )
    headers = {"Content-Crs": crs.header, "Link": links.header(found)}
    if form is HTML:
        feature = json.loads(text + "}")
        page = render(
            request,
            "item.html",
            title=_name(layer, feature),
            layer=layer,
            notice=documents.notice(layer, state),
            fields=layer.fields_for(access),
            feature=feature,
            links={link.rel: link.href for link in found},
        )
        return respond(request, page, HTML.media_type, headers, version=version)
    tail = _root(request, layer, access, crs, encoding) | {"links": links.documents(found)}
    if state.demonstration:
        tail["aviso"] = NOTICE
    body = f"{text},{to_json(tail)[1:]}"
    return respond(request, body, sent_type(request, form), headers, version=version)


def _name(layer: Layer, feature: dict[str, Any]) -> str:
    label = feature["properties"].get(layer.label) if layer.label else None
    return str(label or feature["id"])
