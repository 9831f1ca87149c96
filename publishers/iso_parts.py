"""What ISO 19115-3, 19110 and 19157 share: namespaces, parties, citations, links, languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishers.markup import Element, Markup

if TYPE_CHECKING:
    from publishers.metadata import Party

_ISO = "http://standards.iso.org/iso/"
NAMESPACES = {
    **{prefix: f"{_ISO}19115/-3/{prefix}/2.0" for prefix in ("mdb", "cit", "msr", "mrl", "mrc")},
    **{
        prefix: f"{_ISO}19115/-3/{prefix}/1.0"
        for prefix in ("mri", "mrs", "mrd", "mco", "mmi", "mcc", "lan", "gex", "gcx", "gco", "cat")
    },
    "mdq": f"{_ISO}19157/-2/mdq/1.0",
    "gfc": f"{_ISO}19110/gfc/1.1",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
}
CODELISTS = f"{_ISO}19115/resources/Codelists/cat/codelists.xml"
CRS_URI = "http://www.opengis.net/def/crs/EPSG/0/{}"
CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

XML = Markup(NAMESPACES, CODELISTS)


def locale(parent: Element, name: str) -> None:
    """Spanish in UTF-8 (PT_Locale)."""
    spoken = XML.add(parent, f"{name}/lan:PT_Locale")
    XML.code(spoken, "lan:language", "lan:LanguageCode", "spa")
    XML.code(spoken, "lan:characterEncoding", "lan:MD_CharacterSetCode", "utf8")


def party(parent: Element, name: str, answering: Party, role: str) -> None:
    """An organisation that answers for something (CI_Responsibility)."""
    responsibility = XML.add(parent, f"{name}/cit:CI_Responsibility")
    XML.code(responsibility, "cit:role", "cit:CI_RoleCode", role)
    organisation = XML.add(responsibility, "cit:party/cit:CI_Organisation")
    XML.text(organisation, "cit:name", answering.name)
    contact = XML.add(organisation, "cit:contactInfo/cit:CI_Contact")
    if answering.phone:
        phone = XML.add(contact, "cit:phone/cit:CI_Telephone")
        XML.text(phone, "cit:number", answering.phone)
    address = XML.add(contact, "cit:address/cit:CI_Address")
    XML.text(address, "cit:electronicMailAddress", answering.email)
    if answering.website:
        link = XML.add(contact, "cit:onlineResource/cit:CI_OnlineResource")
        XML.text(link, "cit:linkage", answering.website)


def citation(
    parent: Element, name: str, title: str, edition: str = "", *, url: str = "", day: str = ""
) -> None:
    """A CI_Citation with what is given of it; ``day`` is when it was last revised."""
    cited = XML.add(parent, f"{name}/cit:CI_Citation")
    XML.text(cited, "cit:title", title)
    if day:
        date = XML.add(cited, "cit:date/cit:CI_Date")
        XML.add(date, "cit:date/gco:Date", day)
        XML.code(date, "cit:dateType", "cit:CI_DateTypeCode", "revision")
    if edition:
        XML.text(cited, "cit:edition", edition)
    if url:
        XML.text(XML.add(cited, "cit:onlineResource/cit:CI_OnlineResource"), "cit:linkage", url)


def online(
    link: Element, url: str, protocol: str, name: str, function: str, about: str = ""
) -> None:
    """Fill a CI_OnlineResource."""
    XML.text(link, "cit:linkage", url)
    XML.text(link, "cit:protocol", protocol)
    XML.text(link, "cit:name", name)
    if about:
        XML.text(link, "cit:description", about)
    XML.code(link, "cit:function", "cit:CI_OnLineFunctionCode", function)
