"""Passwords, codes and keys: what stands behind a word for one, and what has the shape of one wherever it stands."""

from __future__ import annotations

import re

_SECRET_WORD = re.compile(
    r"(?<!\w)(?:"
    r"pass(?:word|code|phrase)s?|passwd|pwd|pw|pin|otp|tan|cvv2?|cvc2?|secret|token|api[ -]?key|key|credentials|"
    r"passw[oö]rt(?:er)?|kennwort|schlüssel|geheimzahl|mot de passe|mots de passe|mdp|code secret|clé|"
    r"contrase[ñn]as?|clave|senha|palavra[ -]passe|chave|parola(?: d'ordine)?|chiave|wachtwoord|sleutel|"
    r"lösenord|losenord|adgangskode|kodeord|passord|salasana|hasł[oae]|heslo|jelsz[óo]|jelszavam|"
    r"şifre\w{0,4}|sifre\w{0,4}|parol[aăeiy]?\w{0,2}|lozink[ae]|geslo|парол[ьяюе]м?|ключ|пін|пин|лозинка|"
    r"κωδικ(?:ός|ο[ίύ]?ς?|ό)|συνθηματικό|كلمة (?:ال)?(?:مرور|سر)|رمز عبور|סיסמ(?:ה|א|תי|אות)|mật khẩu|kata sandi|पासवर्ड"
    r")(?!\w)|密[码碼]|口令|パスワード|暗証番号|비밀번호|비번|رقم سري|รหัสผ่าน",
    re.I,
)
"""Words that announce a secret, in the languages we read. What has the shape of one goes without them."""
_USER_WORD = re.compile(
    r"(?<!\w)(?:user ?name|user ?id|login|benutzername|nutzername|identifiant|usuario|utente|gebruikersnaam|логин|"
    r"kullanıcı adı)(?!\w)(?P<mark>\s*[:=：]\s*)(?P<name>[^\s,;，]+)",
    re.I,
)
_SET_OFF = re.compile(r"\s*[)\]]?\s*(?:[:=：]|->|→|=>)\s*")
_QUOTED = re.compile(r"[\"'“”„«»‘’`「『](?P<secret>[^\"'“”„«»‘’`」』]{3,40})[\"'“”„«»‘’`」』]")
_TOKEN = re.compile(r"[^\s,;，、。；]+")
_RUN = re.compile(r"[!-~]{4,}")
"""Behind characters that set no spaces: 密码是abc123."""
_NEAR = 5
"""Words behind the one that announces it among which a secret is looked for."""
_SENTENCE_END = re.compile(r"[.!?。！？]\s|[。！？]")
_ANNOUNCED = re.compile(
    r"(?P<said>[^\W\d_](?:[^\W\d_]| ){1,30}\s*[:=：]\s*)(?P<secret>[^\s\[\]/,;，]{6,40})(?=[\s,;，]|$)"
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)", re.S)
_LONG_KEY = re.compile(r"(?<![\w/+])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}")
_INNER_MARK = re.compile(r"\w[!#$%^*@&?~+=|<>][\w!#$%^*@&?~+=|<>]")


def without_secrets(text: str) -> str:
    """The text with every secret that shows replaced."""
    text = _LONG_KEY.sub("[secret]", _KEY_BLOCK.sub("[secret]", text))
    text = _USER_WORD.sub(lambda found: found[0][: found.start("name") - found.start()] + "[name]", text)
    done, at = [], 0
    for word in _SECRET_WORD.finditer(text):
        if word.start() < at:
            continue
        span = _behind(text, word.end())
        if span:
            done += [text[at : span[0]], "[secret]"]
            at = span[1]
    text = "".join([*done, text[at:]])
    text = _ANNOUNCED.sub(lambda found: f"{found['said']}[secret]" if _mixed(found["secret"]) else found[0], text)
    return _TOKEN.sub(lambda found: "[secret]" if _hardly_a_word(found[0]) else found[0], text)


def _behind(text: str, at: int) -> tuple[int, int] | None:
    """Where the secret stands that the word before ``at`` announces, if it shows: *password is refused* does not."""
    end = _SENTENCE_END.search(text, at)
    window = min(end.start() if end else len(text), at + 80)
    if mark := _SET_OFF.match(text, at, window):
        first = _QUOTED.match(text, mark.end()) or _TOKEN.match(text, mark.end())
        return _bare(first) if first and not first[0].startswith("[") else None
    if quoted := _QUOTED.match(text, at + 1):
        return quoted.span()
    for number, token in enumerate(_TOKEN.finditer(text, at, window)):
        if number == _NEAR or token[0].startswith("["):
            break
        run = _RUN.search(text, *token.span()) if not token[0].isascii() else token
        digits = token[0].strip(".:)(").isdecimal() and len(token[0]) >= 4 and number < 2
        if run and (digits or _mixed(run[0].strip("()\"'.,;:"))):
            return _bare(run)
    return None


def _bare(found: re.Match[str]) -> tuple[int, int]:
    """Where the find stands, without the punctuation at its end."""
    return found.start(), found.end() - (len(found[0]) - len(found[0].rstrip(".,;!?)”\"'")))


def _mixed(token: str) -> bool:
    """Letters with digits or marks among them: hunter2, pa$$wort. A version, a time, a size is none."""
    if len(token) < 4 or re.fullmatch(r"v?\d+(?:[.:,]\d+)*[a-z%]{0,2}|0x[0-9a-f]+", token, re.I):
        return False
    letters, digits = any(map(str.isalpha, token)), any(map(str.isdigit, token))
    return letters and (digits or _INNER_MARK.search(token) is not None)


def _hardly_a_word(token: str) -> bool:
    """Eight or more characters of three kinds with a mark in the middle: nobody writes so for people."""
    bare = token.strip("\"'“”().,;:!?")
    kinds = (str.islower, str.isupper, str.isdigit)
    several = sum(any(map(kind, bare)) for kind in kinds) + bool(_INNER_MARK.search(bare)) >= 3
    return len(bare) >= 8 and several and _INNER_MARK.search(bare) is not None
