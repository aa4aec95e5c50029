# ruff: noqa: E501  (stems in many languages: a line per idea reads better than a column)
"""The ideas that automatic answers are made of, as stems in the languages people write.

Evidence, never a verdict: a mail whose every clause is one of these ideas, and one of them an absence or an automatic
answer that speaks of itself, becomes a quiet ticket that says so. One clause more, or a question, and it is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import lines_of, plain
from services.intake.domain.text import fold_case

_ABSENT = re.compile(
    r"out of (?:the |my )?office|\booo\b|\bon (?:\w+ ){0,2}(?:leave|vacation|holidays?|pto)\b|away (?:from (?:the|my)|until|on)\b|not in the office|\b(?:am|'m|will be|'ll be) (?:\w+ ){0,2}(?:away|travell?ing|unavailable|absent)|office is closed"
    r"|nicht im (?:büro|haus|dienst)|ausser haus|im urlaub|in (?:elternzeit|mutterschutz)|abwesend\b|nicht (?:erreichbar|am arbeitsplatz)|auf dienstreise|\babsente?s?\b|en (?:congés?|vacances|déplacement)|hors du bureau"
    r"|fuera de (?:la )?oficina|de vacaciones|ausente|fuori (?:ufficio|sede)|in ferie|assente|de férias|fora do escritório|de licença|afwezig|met (?:vakantie|verlof)|op vakantie|niet (?:aanwezig|op kantoor|bereikbaar)"
    r"|på (?:semester|ferie|tjänsteresa)|frånvar|inte på (?:kontoret|plats)|ikke på kontoret|bortreist|fravær|tjänstledig|föräldraledig|lomalla|poissa|na urlopie|poza biurem|nieobecn|na dovolen|mimo kancel|nepřítom|neprítom|szabadság|házon kívül"
    r"|în concediu|în afara biroului|na (?:godišnjem|dopustu)|izvan ureda|odsot|odsut|в отпуск|отсутству|вне офиса|в командировк|меня не будет|у відпустці|поза офісом|відсутн|извън офиса|εκτός γραφείου|σε άδεια|απουσι|izin(?:de|li)|ofis dışında|tatilde"
    r"|puhkusel|kontorist|atvaļinājum|atostog|de vacances|不在|休暇|休業|休假|出張|出差|부재|휴가|خارج المكتب|إجازة|בחופש|מחוץ למשרד|nghỉ phép|vắng mặt|ลาพักร้อน|ลาหยุด|\bcuti\b|di luar kantor|مرخصی|अवकाश"
)
_UNTIL = re.compile(
    r"\buntil|\btill\b|\bbis (?:zum|einschl|\d)|jusqu|hasta|fino a|até|\btot |til og med|asti|\bdo (?:dnia )?\d|\bдо \d|μέχρι|kadar|まで|至|까지|حتى|עד|sampai"
)
_RETURN = re.compile(
    r"\bback (?:in|on|at|from|to)\b|be back|returning|\bmy return|will return|zurück|wieder (?:da|im|in|ab|erreichbar|persönlich|für)|(?:de|mon) retour|regres|vuelvo|volver|rientr|tornar|\bvolt|terug|\bweer\b|tillbaka|åter|tilbage|tilbake|palaan|takaisin|wraca|wróc|powr"
    r"|vrát|vissza|înapoi|revin|natrag|nazaj|вернусь|повернусь|връщам|επιστρ|döne|戻|返回|回来|복귀|عود|חוזר|trở lại|กลับ|kembali"
)
_INSTEAD = re.compile(
    r"urg[eê]n|dringend|emergenc|immediate|colleague|kolleg|collègue|compañer|colega|collega|koleg|колле|колег|contact|kontakt|wenden sie|rivolg|vertret|my absence|brådskande|haster|kiireellis|piln|naléhav|sürgős|hitn|nujn|срочн|терміно|спешн|επείγ|acil"
    r"|緊急|急ぎ|至急|紧急|急事|긴급|급한|عاجل|דחוף|khẩn|ด่วน|mendesak"
)
_HANDLED = re.compile(
    r"access to|(?:e-?mails?|messages?|mailbox|inbox) .{0,30}(?:forwarded|read|monitored|checked)|weitergeleitet|gelesen|beantworte|transf[eé]r|répondr|responder|risponder|responderei|beantwoord|toegang|läser|besvar|vastaan|odpowie|odpowiem|odpoví|válaszol|răspund|отвечу|відпов|απαντήσ|yanıtla|返信|回复|回覆|답장|(?:respond|reply|answer|get back|in touch)\b.{0,30}(?:soon|when|upon|within|return|you|shortly)|be(?:ing)? (?:reviewed|processed|answered|handled)|bearbeit|melden uns|schnellstmöglich|in kürze|traitée?|dès que possible|(?:lo|tan) antes posible|al più presto|zo snel mogelijk|så (?:snart|fort)"
)
_THANKS = re.compile(
    r"^(?:thank|thanks|(?:vielen |herzlichen |besten )?dank|danke|merci|(?:muchas )?gracias|grazie|obrigad|bedankt|tack|tak\b|takk|kiitos|dzięku|děkuj|ďakuj|köszön|mulțum|hvala|спасибо|дякую|благодар|ευχαριστ|teşekkür|ありがとう|谢谢|謝謝|感谢|감사|شكر|תודה|cảm ơn|ขอบคุณ|terima kasih)|メール.{0,8}ありがとう"
)
_RECEIVED = re.compile(
    r"(?:been|was|were|have|has|successfully) received|received your|erhalten|eingegangen|bien reçu|été reçue?|recibid|ricevut|recebemos|recebid|ontvangen|mottagit|modtaget|mottatt|otrzyma|obdrž|получен|принят|зарегистрир|отриман|受け付け|受付|收到|접수|استلام|קיבלנו|nhận được|ได้รับ|diterima|(?:ticket|case|request|reference) (?:number|id|no)|has been (?:created|opened|logged)"
)
_AUTOMATIC = r"auto(?:m[aá]+t|-?(?:reply|respon|generat|answer|svar))|автомат|автоотв|αυτόματ|otomatik|自動|自动|자동|تلقائي|آلي|אוטומטי|tự động|อัตโนมัติ|otomatis"
_MESSAGE = r"mail|messag|mensa[jg]|nachricht|antwort|antwoord|bericht|repl|respon|réponse|respuesta|risposta|resposta|answer|notific|acknowledg|confirm|svar|viesti|vastaus|wiadomo|odpow|zpráv|správ|odpov|üzenet|válasz|mesaj|răspuns|poruk|odgovor|sporoč|письм|сообщ|ответ|лист|повідом|відпов|съобщ|отговор|μήνυμα|απάντηση|ileti|yanıt|返信|送信|応答|メール|邮件|郵件|回复|答复|回覆|메일|메시지|응답|회신|رسالة|رد|הודעה|תגובה|thư|tin nhắn|trả lời|ข้อความ|อีเมล|pesan|surel"
_ITSELF = re.compile(
    rf"^\W*(?:(?:please )?note\W+)?(?:this|the above|dies|diese|das|ceci|cette?|ce|esto?|esta|questo|questa|isto|dit|deze|det|dette|detta|denna|tämä|to|ta|toto|tato|tento|ez|acest|ovo|ova|это|данное|це|това|αυτό|το|bu|これ|この|本|此|这|這|이|هذه?|זו?הי?).{{0,40}}(?:{_AUTOMATIC}).{{0,30}}(?:{_MESSAGE}|erstellt|generated|sent|gesendet|versendet)"
    rf"|^\W*(?:this|ceci|cette?|este?|esta|questo|questa|isto|acest)\b.{{0,12}}(?:{_MESSAGE}).{{0,15}}(?:{_AUTOMATIC})"
    rf"|^(?:(?!(?:my|our|your|no|not)\b).{{0,25}})(?:{_MESSAGE})\w{{0,6}} (?:is|was|wurde|ist|a été|est|ha sido|fue|è stat[oa]|foi|werd|är|er|on|został[ao]?|byla?|было?|was) .{{0,20}}(?:{_AUTOMATIC})"
    rf"|^(?:{_AUTOMATIC})[a-zà-žа-я]{{0,9}} ?(?:{_MESSAGE})[a-zà-žа-я]{{0,7}}(?:です|でございます)?\W*$"
    r"|^\W*(?:please |kindly |bitte |prière de |veuillez |por favor,? |per favore )?(?:do not (?:reply|respond)|don't reply|nicht (?:auf diese|antworten)|antworten sie (?:bitte )?nicht|ne pas répondre|no responda|non rispond|não responda|gelieve niet|svara inte|svar ikke|nie odpowiad|neodpovíd|не отвеча|не відповіда)"
    r"|返信しないで|返信不可|请勿回复|請勿回覆|회신하지|(?:mailbox|inbox|address|account) is (?:not (?:being )?(?:monitored|read)|unmonitored)"
)
_TAG = r"\s*(?:\[[^\]]{1,30}\]\s*)?"
_NAMED = re.compile(
    rf"{_TAG}(?:(?:{_AUTOMATIC})\w*[\W_]{{0,2}}(?:{_MESSAGE})|(?:{_MESSAGE})\w* ?(?:{_AUTOMATIC})|autoreply|autosvar|auto:"
    r"|absence (?:note|notice|message)|abwesenheits?(?:notiz|meldung|nachricht)\b|vacation (?:reply|message|response)|afwezigheids)"
)
"""What automatic answers call themselves in a subject."""
_TITLED = re.compile(r"\w{0,6}\s?(?:[:：]|(?:re|aw|sv|vs|odp|rv):)\s?\S")
_ABSENT_SUBJECT = re.compile(
    rf"{_TAG}(?:absen[ct]e?|abwesenheit|ausência|.{{0,30}}(?:{_ABSENT.pattern})\w{{0,3}})\s*(?:[:\-–—!.(\[]|re:|until|till|bis\b|$)"
)
_ASKS = re.compile(
    r"\b(?:please|pls|kindly|bitte|veuillez|merci de|por favor|per favore|graag|vänligen|venligst|proszę|prosím|kérem|vă rog|molim|пожалуйста|прошу|будь ласка|моля|παρακαλώ|lütfen)\b|ください|下さい|お願い|请|請|주세요|(?:can|could|would) you"
)
_UNANSWERED = re.compile(
    r"\b(?:please|kindly|bitte|prière de|veuillez|merci de|por favor,?|per favore|prosimy|gelieve) (?:do not|don't|nicht|ne pas|no|non|não|nie|niet) (?:\S+ ){0,4}?(?:re|ant|zurück|rép|ris|odp)\w+"
)
_UNANSWERED_AS_WRITTEN = re.compile(_UNANSWERED.pattern, re.I)
"""*Please do not reply*, *please do not resend your message*."""
_UNDELIVERED = re.compile(
    r"undeliver|unzustellbar|nedoruč|niedostarcz|kézbesít|teslim edilemedi|配[信達](?:でき|不能|エラー)|无法(?:投递|送达)|退信|(?:전송|배달) ?실패"
    r"|\b(?:not|\w+n't|unable|fail\w*|error\w*|nicht|non|no|pas|não|niet|nie|inte|ikke|не) (?:\S+ ){0,3}(?:deliver|zu(?:ge)?stell|remis|distribu|délivr|entreg|recapit|consegn|bezorg|afgelever|lever|dostarcz|доставл)"
    r"|(?:deliver|zustell|remis|distribu|entreg|consegn|bezorg|lever)\w* (?:\S+ ){0,2}(?:fail|error|warning|delay|fehlgeschlagen|échou|imposs|mislukt)|return(?:ed|ing) (?:mail|message)|fail(?:ed|ure) \w{0,6} ?(?:recipient|notice)"
)
"""A mail that did not arrive. People tell of it, too: it counts only in subject *and* words, beside a report's shape."""
_FIRST_WORDS = 20
"""Characters of a subject before it says that something did not arrive (*Your mail could not be*)."""
_MAIL = re.compile(_MESSAGE)
_CLAUSE = re.compile(
    r"(?<!\d)[.!?;；]+(?=\s|$)|[。！？，、；;,،]|\s[-–—]\s|\s(?:and|but|so|und|aber|et|mais|y|pero|e|ma|mas|maar|och|og|men|ja|mutta|ale|és|și|dar|и|но|а|і|але|και|αλλά|ve|ama)\s",
    re.I,
)
"""Where one thing that is said ends and another begins."""
_LONGEST = 2_000
"""Characters of the words that are looked at: a machine says at once that it is one."""
_LONGEST_TITLED = 400
"""Characters of an automatic answer that its subject and one idea tell."""
_MOST_WORDS_BESIDE = 10
"""Words of one clause about an absence: a longer one tells more than that."""


_LONGEST_UNSPACED = 7
"""Characters of a clause in a script without spaces that can be a greeting or a name."""


def names_answer(subject: str) -> bool:
    """Whether a subject begins as automatic answers call themselves, in whatever language."""
    return _NAMED.match(fold_case(subject)) is not None


def is_titled(subject: str) -> bool:
    """Whether a subject is what mail programs put above an automatic answer: its name, a colon, what it answers."""
    found = _NAMED.match(fold_case(subject))
    return found is not None and _TITLED.match(fold_case(subject)[found.end() :]) is not None


def names_absence(subject: str) -> bool:
    """Whether a subject begins with an absence, and with little else."""
    return _ABSENT_SUBJECT.match(fold_case(subject)) is not None


def asks_for(words: str) -> bool:
    """Whether something is asked for (*please*), in whatever language; not to be answered is nothing to be asked for."""
    return _ASKS.search(_UNANSWERED.sub(" ", fold_case(words))) is not None


def tells_of_no_delivery(words: str) -> bool:
    """Whether it is told that a mail did not arrive; a parcel is none."""
    text = fold_case(words)
    return _UNDELIVERED.search(text) is not None and _MAIL.search(text) is not None


def tells_of_no_arrival(subject: str) -> bool:
    """Whether a subject says first of all that something did not arrive, as machines' do; people say what it is about."""
    found = _UNDELIVERED.search(fold_case(subject.strip()))
    return found is not None and found.start() <= _FIRST_WORDS


def answers_automatically(
    words: str, *, marked: bool, named: bool = False, titled: bool = False, received: bool = False
) -> str | None:
    """What an automatic answer says of itself, when the words are nothing but that; None when they ask or tell more.

    ``marked``: something beside the words speaks for it (the subject, a header); then one idea is enough. ``named``: the subject calls
    it an automatic answer; ``titled``: as a mail program does, so that one idea among few words is enough. ``received``:
    *your request has arrived* counts as well: it comes from a box that nobody reads.
    """
    if not words.strip() or len(words) > _LONGEST or "?" in words or "？" in words:
        return None
    ideas: set[str] = {"itself"} if _UNANSWERED.search(fold_case(words)) else set()
    more = 0
    for clause in _clauses(_UNANSWERED_AS_WRITTEN.sub(" ", words)):
        found = _ideas_in(clause)
        more += not found and not _is_aside(clause)
        ideas |= found
    if titled and len(words) <= _LONGEST_TITLED and (ideas or _UNTIL.search(fold_case(words))):
        return "its subject is a mail program's name for an automatic answer"
    if more > ((marked and "itself" in ideas) or (named and "absent" in ideas)):
        return None
    if "itself" in ideas:
        return "it says that it is automatic"
    if "absent" in ideas and (marked or len(ideas) > 1):
        return "it reads as an absence note"
    if received and "received" in ideas:
        return "it says that something arrived"
    return "its subject calls it an automatic answer" if named else None


def _clauses(words: str) -> Sequence[str]:
    paragraphs: list[str] = [""]
    for line in lines_of(words):
        text = plain(line)
        if text.startswith("##"):
            continue  # a help desk's mark above its history
        if not text or len(text) < 45:  # a short line ends what it says
            paragraphs += [text, ""]
        else:
            paragraphs[-1] = f"{paragraphs[-1]} {text}".strip()
    return [found.strip() for one in paragraphs for found in _CLAUSE.split(one) if found and found.strip()]


def _ideas_in(clause: str) -> set[str]:
    text = fold_case(clause)
    found = {
        name
        for name, idea in (
            ("absent", _ABSENT), ("until", _UNTIL), ("return", _RETURN), ("instead", _INSTEAD), ("handled", _HANDLED),
            ("thanks", _THANKS), ("received", _RECEIVED), ("itself", _ITSELF),
        )
        if idea.search(text)
    }  # fmt: skip
    if _ASKS.search(text) and not found & {"instead", "itself"}:
        return set()
    if found == {"until"}:
        return set()
    if found <= {"absent"} and len(clause.split()) > _MOST_WORDS_BESIDE:
        return set()
    return found


def _is_aside(clause: str) -> bool:
    """A greeting, a closing, a name, a date, an address: nothing that is asked or told."""
    words = clause.split()
    if not clause.isascii() and len(words) == 1:
        return len(clause) <= _LONGEST_UNSPACED
    return len(words) <= 3 or (len(words) <= 6 and not any(word[:1].islower() for word in words))
