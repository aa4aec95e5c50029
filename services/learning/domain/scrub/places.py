"""Where somebody lives: a house number beside a street, a postcode beside a town, what is announced as an address."""

from __future__ import annotations

import re

_CAP = r"[A-ZÀ-ÞĀ-ŽİŞĞΑ-ΩА-ЯЁ]"
_NAME = rf"{_CAP}[\w'’.-]*"
_SMALL = r"(?:(?i:de|du|des|la|le|les|del|della|delle|di|da|do|dos|das|el|los|y|van|der|den|am|an|dem|zum|zur|im)\s+|[dl]['’])"  # noqa: E501
_NUMBER = r"\d{1,5}(?:\s?[-/]\s?\d{1,4})?\s?(?:[A-Za-z]|bis|ter)?(?!\w)"
_BEFORE = (
    r"(?i:rue|avenue|av\.|avda\.|boulevard|bd|place|quai|impasse|chemin|allée|route|cours|via|viale|vicolo|piazza|corso|"
    r"largo|calle|c/|avenida|paseo|plaza|carrer|camino|rua|travessa|praça|estrada|strada|str\.|calea|bulevardul|"
    r"ul\.|ulica|ulice|aleja|al\.|os\.|pl\.|ул\.|улица|вул\.|проспект|пр-т|пр\.|пер\.|переулок|бульвар|бул\.|шоссе|οδός|λεωφόρος)"
)
"""Kinds of streets that stand before the street's name."""
_JOINED = (
    r"(?i:straße|strasse|str\.|weg|platz|gasse|allee|ring|ufer|damm|chaussee|straat|laan|plein|gracht|kade|weg|gatan|gata|"
    r"vägen|väg|gade|vej|veien|vei|gate|katu|tie|utca|út|tér|caddesi|cad\.|sokak|sokağı|sok\.|bulvarı|mahallesi|náměstí|třída)"
)
"""Kinds that stand behind it, or at its end."""
_ENGLISH = (
    r"(?:(?i:street|road|avenue|lane|boulevard|crescent|terrace|highway|parkway)|St|Rd|Ave|Ln|Drive|Dr|Blvd|Court|Ct|Square|"
    r"Sq|Way|Place|Pl|Close|Hwy|Pkwy)"
)
_POSTCODE = r"(?:[A-Z]{1,2}[- ])?\d{4,6}(?:[- ]\d{2,4})?(?:\s[A-Z]{2}(?=\s))?"
_TOWN = (
    rf"(?:\s*,?\s*{_POSTCODE}\s+{_NAME}(?:[\s-]{_NAME}){{0,2}}"
    rf"|(?:\s*,\s*{_NAME}(?:\s{_NAME}){{0,2}}(?!\s*\d|\w)){{1,2}}(?:,?\s*(?:[A-Z]{{2}}\s+)?\d{{5}}(?:-\d{{4}})?"
    r"|,?\s+[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})?)?"
)
_STREETS = re.compile(
    rf"(?<!\w)(?:"
    rf"{_NUMBER},?\s+(?:{_NAME}\s+){{1,3}}{_ENGLISH}\b\.?"
    rf"|{_NUMBER},?\s+(?i:\w+\s+){{1,2}}(?i:street|road|avenue|lane|boulevard)\b"
    rf"|{_NUMBER},?\s+{_BEFORE}\s+{_SMALL}*{_NAME}(?:\s+{_SMALL}*{_NAME}){{0,3}}"
    rf"|{_BEFORE}\s*(?:{_SMALL}|{_NAME}\s+){{0,4}}{_NAME},?\s*(?:(?i:n[°ºo]?\.?|nr\.?|д\.|дом|αρ\.)\s*)?{_NUMBER}"
    rf"|(?:{_CAP}[\w.-]*\s+){{0,3}}{_CAP}[\w-]*[\s-]?{_JOINED},?\s*(?:(?i:no[.:]?|nr\.?)\s*)?{_NUMBER}"
    # No word tells the street: a house number, and a postcode with its town behind the comma.
    rf"|{_NAME}(?:\s+[\w'’.-]+){{0,2}}\s+{_NUMBER},\s*{_POSTCODE}\s+{_NAME}"
    rf"|{_NUMBER},?\s+{_NAME}(?:\s+[\w'’.-]+){{0,3}},\s*{_POSTCODE}\s+{_NAME}"
    rf"){_TOWN}"
)
_CODES = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b|\b\d{4} ?[A-Z]{2}(?=\s[A-Z][a-z])|〒\s?\d{3}-?\d{4}"  # noqa: E501
)
"""British, Canadian, Dutch and Japanese postcodes, which nothing else looks like."""
_EASTERN = re.compile(
    r"(?:[\u4e00-\u9fffァ-ヶー]{1,8}[都道府県省])?(?:[\u4e00-\u9fffァ-ヶー]{1,8}[市区區郡町村县縣])+[\u4e00-\u9fffァ-ヶーの]{0,12}[\d一二三四五六七八九十０-９]+"
    r"(?:[-－−の]?[\d０-９]+|[丁目番地号號室楼层])*"
    r"|[\u4e00-\u9fff]{1,10}(?:路|街|道|巷|弄)\s?[\d０-９]+\s?(?:号|號|弄)?(?:[\d０-９]+[室楼层]?)*"
    r"|(?:[가-힣]{1,6}(?:시|도|군|구)\s)*[가-힣]{2,8}(?<!으)(?:로|길|동)\s?\d{1,4}(?:-\d{1,4})?(?:번지|호|번길)?"
)
_ANNOUNCED = re.compile(
    r"(?P<said>(?:(?<!\w)(?i:address|adresse|anschrift|(?:liefer|rechnungs|post)adresse|dirección|direccion|domicilio|"
    r"indirizzo|endereço|morada|adres|adresim|adress|adresa|cím|osoite|адрес\w{0,2}|διεύθυνση|địa chỉ|alamat)(?!\w)|"
    r"住所|地址|주소|العنوان|عنواني|כתובת|ที่อยู่)\s*"
    r"(?P<mark>[:：=]|(?i:is|ist|lautet|est|es|è|é)\s+(?=\d|[A-ZÀ-Þ])|は|是|는|은)\s*)"
    r"(?P<place>[^.!?。！？\n]{4,140}?(?:\.(?=\s?\w)[^.!?。！？\n]{1,60}?)?)(?=[.!?。！？](?:\s|$)|[。！？]|$)"
)


def without_places(text: str) -> str:
    """The text with every address replaced that shows: by its shape, or by the word that announces it."""
    text = _ANNOUNCED.sub(
        lambda found: f"{found['said']}[address]" if re.search(r"\d", found["place"]) else found[0], text
    )
    text = _STREETS.sub("[address]", text)
    text = _EASTERN.sub("[address]", text)
    return _CODES.sub("[address]", text)
