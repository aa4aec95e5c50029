# ruff: noqa: E501  (stems in many languages: a line per idea reads better than a column)
"""What tells a footer that nobody wrote for this mail: a program's line, a lawyer's paragraph, a list's way out.

Stems of ideas, and each needs others beside it: people write *this message*, *confidential* and *unsubscribe*, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.text import fold_case

_LINK = re.compile(r"\[?<?https?://[^\s>\])]*[>\])]{0,2}|\(https?://[^\s)]*\)|<mailto:[^>\s]*>", re.I)
_MARKDOWN = re.compile(r"\[([^\]\n]{1,60})\]\(?")
_DEVICE = re.compile(
    r"\bi-?(?:phon|pad|pod|os\b)\w*|android|galaxy|samsung|huawei|xiaomi|\bpixel|nokia|blackberry|windows|outlook|yahoo|gmail|proton|\baol\b|\bgmx\b|web\.de|t-online|thunderbird|smartphone|\bhandy\b|\bmobil\w*|telefon\w*|téléphone|teléfono|\bphone\b|tablet|\bmail\b|e-?mail|courriel|airmail|\bspark\b|zoho|k-9|fairemail|mailbird|tuta\w*|bluemail|mymail|laposte|orange"
    r"|айфон|телефон|мобил|почт|пошт|携帯|スマ|手机|手機|휴대|아이폰|آيفون|هاتف|אייפון|điện thoại|โทรศัพท์|ponsel|unterwegs|on the go"
)
_SENT = r"sent|gesendet|geschickt|verschickt|versendet|envoyée?|enviad[oa]|inviat[oa]|verzonden|verstuurd|skickat|skickades|sendt|lähetetty|wysłan[oea]|odesl[aá]n[oaey]?|odoslan[éey]|elküldve|küldve|trimis|poslan[oa]|отправлено|надіслано|изпратено|στάλθηκε|εστάλη|gönderildi|發自|发自|傳自|寄自|送信|보냄|보냈|مرسل|أرسلت?|أُرسلت|نشلح|נשלח|gửi từ|ส่งจาก|dikirim|saadetud|nosūtīts|išsiųsta|enviat|typed|secured"
_GET = r"get|hol\w*|beziehen sie|télécharge[rz]|obtene[rz]|obtenir|scarica|ottieni|obter|download|hent|få|hämta|hanki|pobierz|získa\w*|скачать|obțineți"
_STARTS = re.compile(rf"\W{{0,3}}(?:(?:diese (?:nachricht|e-?mail|mail) wurde )?(?:{_SENT}|{_GET})|từ|我的)")
_ENDS = re.compile(rf"(?:{_SENT}|edinin)\W{{0,3}}$")
_SMALL = frozenset(
    """from my via with using for on the go a an by mobile mail app phone device von meinem meiner mein mit aus über der für auf dem vom wurde diese nachricht e
    de mon ma depuis à partir l pour un une desde mi do meu da dal mio dall per vanaf mijn met voor min från med fra til mitt z mého mojego dla s mog моего мого с из для мой моят на του το μου από
    dari saya pe pentru telefonul az én iphone mi iz izmanto no mana iš mano minu din el em o aplikacji programu aplikace""".split()  # noqa: SIM905
)
"""What stands between the verb and the program."""
_BRIEF = re.compile(r"(?:please )?(?:excuse|sorry for|forgive) (?:the |my |any |all )?(?:brevity|typos?|spelling)")
_VIRUS_FREE = re.compile(r"virus-?fre[ei]|virenfrei|sans virus|libre de virus|privo di virus|без вирусов")
_MOST_WORDS = 10

_THIS = re.compile(
    r"\bthis\b|\bthese\b|\bdiese|\bcet?t?e?\b|\best[ea]s?\b|quest[oaei]|presente|\bdit\b|\bdeze\b|\bden+[ae]\b|\bdet+[ae]\b|\btämä|niniejsz|\bta\b|\bt[aeo]to\b|\btento|\btát?o|\bez(?:en)?\b|acest|\bov[aoe]j?\b|\bt[ao]\b|данн|насто|\bэт|\bце[йя]?\b|това|παρόν|αυτό|\bbu\b|本|この|此|这|這|이 |본 |هذ|זו|זה|này|นี้|\bini\b|این"
)
_IDEAS = tuple(
    map(
        re.compile,
        (
            r"e-?mail|messag|nachricht|mensaje|mensagem|courriel|correo|bericht|meddel|melding|viesti|sähköpost|wiadomo|zpráv|správ|üzenet|levél|mesaj|poruk|sporočil|сообщен|письм|повідом|лист|съобщ|μήνυμα|ileti|e-?posta|メール|メッセージ|邮件|郵件|메일|رسال|البريد|הודעה|דוא|thư|อีเมล|pesan|surel|پیام",
            r"confiden|privileg|vertraulich|riservat|vertrouwelijk|fortrolig|konfiden|luottamuk|poufn|důvěrn|dôvern|bizalmas|конфиденц|конфіденц|поверит|εμπιστ|gizli|機密|秘密|机密|保密|기밀|سري|חסוי|bảo mật|rahasia|zaupn|povjerlj|محرمانه",
            r"intended|recipient|addressee|empfänger|adressat|destinat|geadresseerd|bestemd|ontvanger|mottagar|modtager|mottaker|vastaanottaj|adresat|odbiorc|příjemc|prijemc|címzett|получател|адресат|одержувач|παραλήπτ|alıcı|宛先|受信者|收件人|수신|المستلم|נמען|người nhận|ผู้รับ|penerima|primatelj|prejemnik",
            r"in error|by mistake|irrtüm|erreur|por error|per errore|engano|onterecht|ten onrechte|misstag|fejl|feil|omyłk|omyl|tévedés|ошибк|помилк|λάθος|yanlış|誤|错误|錯誤|오류|잘못|خطأ|בטעות|nhầm|kesalahan",
            r"delet|destroy|lösch|vernicht|détrui|supprim|elimin|borre|cancell|apag|verwijder|radera|slett|slet|usun|smaž|vymaž|töröl|удал|видал|διαγράψ|sil(?:iniz|in)|削除|删除|刪除|삭제|hapus",
            r"unauthori|prohibit|disclos|distribut|unbefugt|nicht gestattet|weitergabe|interdit|prohibid|vietat|proibid|verboden|förbjud|forbud|zabron|zakáz|tilos|запрещ|заборон|απαγορ|yasak|禁|금지|dilarang",
            r"liab|responsib|virus|haft|garant|\bviews\b|opinion|responsabil|aansprakelijk|ansvar|odpowiedzial",
        ),
    )
)
_GREEN = re.compile(
    r"environment|umwelt|environnement|ambiente|milieu|miljö|miljø|ympäristö|środowisk|životn|környezet|окружающ|довкілля|природ|περιβάλλον|çevre|環境|环境|環保|环保|môi trường|lingkungan|trees?\b"
)
_PRINT = re.compile(
    r"print|druck|imprim|stampa|tulosta|druk|tisk|tlač|nyomtat|печат|распечат|друк|εκτυπ|εκτύπ|yazd|印刷|打印|列印|인쇄|in ấn|cetak|skriver? ut|udskriv|papier|paper"
)
_HEADING = re.compile(
    r"\W*(?:legal )?(?:disclaimer|confidential\w*|privacy|rechtlich\w*|haftungsausschluss|vertraulich\w*|avis(?:o)? (?:legal|de \w+)|avvertenz\w*|clausula\w*)(?: \w+){0,3}\W*$"
)
_FEWEST_IDEAS, _SHORTEST = 3, 60

_WAY_OUT = re.compile(
    r"unsub|listinfo|mailman|/groups?/|groups\.|googlegroups|//lists?\.|@lists?\.|/options|sympa|subscription|opt-?out|preferences|notifications|abmelden|desabonn|désabonn|discussion|/list",
    re.I,
)


def is_program_line(text: str) -> bool:
    """Whether a program wrote the line under everything else (*Sent from my iPhone*), and there is nothing more in it."""
    linked = _LINK.search(text) is not None or "](" in text
    bare = _MARKDOWN.sub(r"\1 ", _LINK.sub(" ", text)).strip("*_ <>[]()|.-–—")
    told = fold_case(bare)
    if not bare or len(bare.split()) > _MOST_WORDS or bare.endswith(("?", ":")):
        return False
    if _BRIEF.match(told) or (_VIRUS_FREE.match(told) and (linked or "www." in told)):
        return True
    starts, ends = _STARTS.match(told), _ENDS.search(told)
    device = _DEVICE.search(told)
    named = not any(_is_said(word) for word in bare.split())
    if starts or ends:
        return named and (device is not None or linked)
    return linked and device is not None and named and len(bare.split()) <= 8


def _is_said(word: str) -> bool:
    """Whether a word is neither a name nor one of those that stand between the verb and the program."""
    bare = fold_case(word.strip("\"'’.,()<>:;!"))
    known = bare in _SMALL or _DEVICE.search(bare) or re.fullmatch(rf"{_SENT}|{_GET}", bare)
    return word.islower() and word.isascii() and not known


def is_disclaimer(block: Sequence[str]) -> bool:
    """Whether a paragraph is a lawyer's: *this mail*, and three ideas of seven; or asks to spare paper."""
    text = fold_case(" ".join(block))
    if not text or text.endswith("?"):
        return False
    if _GREEN.search(text) and _PRINT.search(text) and len(text) <= 300:
        return True
    if len(block) == 1 and _HEADING.fullmatch(text):
        return True
    ideas = sum(1 for idea in _IDEAS if idea.search(text))
    spaced = len(text) >= _SHORTEST or not text.isascii()
    return spaced and ideas >= _FEWEST_IDEAS + (_THIS.search(text) is None)


def is_list_footer(block: Sequence[str], *, is_list: bool, above: str) -> bool:
    """Whether a paragraph is a list's: a way out of it, in a mail that came through one or under a rule.

    ``above``: the line that stands over it.
    """
    text = " ".join(block)
    links = [found[0] for found in re.finditer(r"https?://\S+|[^\s@<>]+@[^\s@<>]+", text)]
    if not links or not any(map(_WAY_OUT.search, links)):
        return False
    ruled = re.fullmatch(r"\s*(?:[-_=*] ?){2,}\s*", above) is not None
    return is_list or (ruled and len(block) >= 2)
