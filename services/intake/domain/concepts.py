# ruff: noqa: E501  (lists of words: a line per idea reads better than a column)
"""Words that say the same thing about a problem, for comparing two tickets of one customer. Data only.

``KINDS`` say what is the matter or what is wanted, ``THINGS`` what it is about. A word ending in ``*`` stands for all
that begin like it; several words are a phrase.
"""

from __future__ import annotations

KINDS: dict[str, str] = {
    "down": "down|outage|offline|unreachable|unavailable|503|502|500|504|crash*|not reachable|cannot be reached|does not open|won't open|wont open|no one can order|nobody can order|can't order|cant order|cannot order|no orders|losing sales|erreichbar|ausfall|unmöglich|nicht erreichbar|bestellen|bestellungen|panne|hors service|inaccessible|caíd*|caido|no funciona la tienda|nobody can reach",
    "slow": "slow*|sluggish|takes ages|takes forever|takes too long|timeout|timed out|times out|20s|seconds|langsam*|lent|lente|lento|lenta",
    "empty": "blank|empty|no data|sees any data|white page|white screen|nothing is shown|shows nothing|leer|weiße seite|vide|vacío|not loaded|is loaded",
    "dead": "does nothing|nothing happens|no effect|has no effect|does not react|doesn't react|not respond*|unresponsive|button dead|dead|stuck|freez*|frozen|hangs|hang|reagiert nicht|passiert nichts|no reaction|doesn't work|doesnt work|does not work|not working|isn't working|stopped working|no longer works|funktioniert nicht|geht nicht|ne fonctionne|no funciona",
    "wrong": "wrong|incorrect|off by|don't add up|dont add up|doesn't add up|left out|one day short|mismatch|inaccurate|not correct|differs|missing from the sum|false|falsch*|stimmt nicht|faux|fausse|incorrecto|is off",
    "broken": "broken|damaged|defect*|cracked|faulty|smashed|scratched|kaputt|beschädigt|defekt*|cassé*|abîmé|roto|rota|dañad*",
    "missing": "not arrived|hasn't arrived|has not arrived|hasnt arrived|not delivered|never arriv*|never came|not received|haven't received|did not receive|didn't receive|didnt get|not getting|still missing|is missing|missing|lost|where is my|where is the|should have been here|still waiting for|no reset link|can't find|cant find|cannot find|does not list|not there|reaches my inbox|was due|nicht angekommen|nicht erhalten|fehlt|pas reçu|pas arrivé|no ha llegado|no recib*|never receiv*|no password reset|didn't arrive|did not arrive",
    "refused": "refused|rejects|rejected|declin*|not accepted|is invalid|invalid|denied|unauthorized|unauthorised|401|403|forbidden|fails|failed|fail|failing|won't accept|abgelehnt|ungültig|refusé|rechazad*",
    "locked": "locked out|lock out|can't log in|cant log in|cannot log in|can't login|cant login|can't sign in|cannot sign in|cannot get into|can't get into|cant get in|can't access my account|ausgesperrt|kann mich nicht anmelden|login fails",
    "expired": "expired|no longer valid|not valid any more|ran out|outdated|abgelaufen|expiré|caducad*|expir*",
    "double": "twice|two times|double|duplicate*|duplicated|two identical|charged 2 times|again and again|several times|every order two|zweimal|doppelt*|deux fois|dos veces|second time|2x",
    "refund": "refund*|money back|payment back|reimburs*|send one payment back|return one of them|give back|chargeback|erstatt*|zurückerstatt*|geld zurück|rembours*|reembols*|devol*",
    "cancelled": "cancelled|canceled|had cancelled|gekündigt|résili*",
    "close": "close our|close my|close the account|close account|terminate|not renew*|won't renew|will not renew|end our subscription|cancel our|cancel my|cancel the|kündigen|clôtur*|fermer|cerrar",
    "downgrade": "downgrade|move down|free plan|free one|to free|to the free",
    "delete": "delet*|erase|erasure|remove|wipe|forget me|article 17|löschen|löscht|supprim*|borrar|elimin*",
    "copy": "copy of|access to the personal|request access|article 15|download my data|data you have about me|kopie|auskunft|again|once more|resend|send me the|issue it|send me|could you send",
    "change": "change|chang*|modify|edit|update|correct it|replace|switch|another|instead|moved|ändern|ändere|umgezogen|umzug|modifier|cambiar|put in the new|enter a new|enter it|new one",
    "wish": "would be great|would like to see|feature wish|feature request|please add|could you add|please offer|please support|it would help if|we wish|wäre schön|suggestion|would love",
    "limit": "limit|how many|maximum|allowed|rate|quota|at most|number of users|number of",
    "test": "sandbox|test environment|staging|test against|test account|test our integration|playground",
    "price": "price|cost more|more expensive|paying more|increase*|went up|raised|teurer|preis|prix|precio",
    "broke-in": "hacked|stolen|phishing|fraud*|not me|compromis*|somebody else",
}

THINGS: dict[str, str] = {
    "shop": "shop|store|webshop|website|site|web site|online shop|boutique|tienda|laden|homepage|web page",
    "page": "page*|seite*",
    "dashboard": "dashboard*|overview page",
    "report": "report*|statistic*|analytics|bericht*|rapport|informe",
    "export": "export*|download*|csv",
    "excel": "excel|xlsx|spreadsheet*",
    "import": "import*|upload*",
    "product": "product*|article list|catalogue|catalog|produkt*",
    "sum": "total*|sum|sums|numbers|figures|summe",
    "button": "button*|click*|pressing|press|tap",
    "invoice": "invoice*|bill|bills|receipt*|rechnung*|facture*|factura*",
    "charge": "charg*|debited|payment*|paid|billed|took the money|took money|deducted|abgebucht|abbuchung*|belastet|konto|zahlung*|card statement|statement|prélev*|cobr*",
    "card": "card|cards|credit card*|kreditkarte*|payment method*|carte|tarjeta|visa|mastercard",
    "checkout": "checkout|check-out|cart|basket|kasse|warenkorb",
    "billing-address": "billing address|invoice address|rechnungsadresse|invoices still carry the old address|address on our invoices",
    "address": "address*|adresse",
    "delivery": "deliver*|shipping|shipment|parcel*|package*|courier|arriv*|lieferung*|paket*|colis|envío|ship",
    "order": "order*|purchase*|bestellung*|commande*|pedido*",
    "password": "password*|passwort*|mot de passe|contraseña",
    "reset": "reset*|new password|zurücksetzen",
    "two-factor": "two-factor|two factor|2fa|authenticator|verification code|security code|otp|mfa|one-time code",
    "login": "login|log in|sign in|signing in|signin|logging in|anmelden|einloggen|connexion|iniciar sesión",
    "mail": "mail|mails|e-mail*|email*|inbox|link",
    "invite": "invit*|join|einlad*",
    "colleague": "colleague*|coworker*|teammate*|kolleg*",
    "user": "user|users|seat|seats|member|members",
    "plan": "plan|plans|tariff|tarif|package plan",
    "subscription": "subscription*|abo|abonnement|renew*",
    "account": "account*",
    "data": "data|personal data|daten|données|datos",
    "gdpr": "gdpr|dsgvo|rgpd|privacy|article 15|article 17",
    "vat": "vat|vat number|vat id|tax id|ust-id|umsatzsteuer",
    "webhook": "webhook*|callback*|hook|hooks",
    "api": "api|apis|endpoint*|rest",
    "key": "api key*|key|token*",
    "event": "event*|notification*",
    "notice": "notice|told us|announce*|informed",
    "portal": "portal|customer area",
    "broken-thing": "chair*|table*|lamp*|sofa*",
    "colour": "colour*|color*|red|blue|green|black|white|yellow|rot|blau",
    "app": "app|apps|mobile app|application",
    "search": "search*|suche",
    "sync": "sync*|synchron*",
    "calendar": "calendar*|kalender",
    "setting": "setting*|preference*|option*|einstellung*",
    "template": "template*|vorlage*",
    "printer": "print*|printer*|drucker",
    "coupon": "coupon*|voucher*|discount*|gift card*|gutschein*|promo*",
    "stock": "stock|inventory|lagerbestand",
    "tax": "tax|taxes|steuer",
    "certificate": "certificate*|ssl|https|tls",
    "domain": "domain|dns",
}

MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
SAME_MONTH = {
    "januar": "january",
    "februar": "february",
    "märz": "march",
    "mai": "may",
    "juni": "june",
    "juli": "july",
    "oktober": "october",
    "dezember": "december",
}

ENGLISH = """
a an the and or but if so then than as at by for from in into of off on onto out over to up with without within about after before
i me my mine we us our ours you your yours he him his she her it its they them their this that these those there here who whom which what when where why how
am is are was were be been being do does did done doing have has had having can could will would shall should may might must
not no nor none nobody nothing never please thanks thank hi hello hey dear hallo guten tag morgen kind best regards greetings cheers sincerely pls plz
just still already also too very really quite only even again now today yesterday tomorrow since ago while until till yet soon
get gets got getting give given make makes made see sees seen say says said tell want wants wanted need needs like would know try tried use used using let
any some all every each both either neither one ones other others such same own much many more most few less least
support team help customer company inc ltd gmbh mr mrs ms
don't dont doesn't doesnt can't cant won't wont i'm im i've it's isn't isnt hasn't hasnt didn't didnt
"""
"""Words that tell nothing about a problem."""

FOREIGN = """
ich du er sie es wir ihr mich mir uns euch der die das den dem des ein eine einen einem einer eines und oder aber wenn dass ist sind war waren bin hat habe haben wird werden kann können mit ohne von vom zu zum zur auf an am in im ins für nicht kein keine keiner bitte danke nur noch schon auch sehr nach seit bei beim diesen diesem dieser dieses unser unsere mein meine ihre wie wo was warum hier jetzt mehr möchte
le la les l un une des du de et ou mais est sont je j nous vous il elle mon ma mes notre nos votre vos que qui ne n pas plus avec sans pour sur dans au aux ce cette où peut puis ai avons toujours bonjour merci svp
el los las una unos unas y o pero es son yo nosotros usted mi mis nuestro nuestra su que no con sin por para en del al me lo se he ha han está puedo quiero todavía desde cuando dónde cómo hola gracias favor
il lo gli di da nel della non ho è sono mio mia che per con come quando dove posso grazie
het een ik mijn niet geen met voor naar op van hoe kan graag dank
os um uma meu minha não com sem para como quando onde posso tenho obrigado
"""
"""The same of other languages: what tells that a text is not English."""

TELLING = "no not never without with to from before after in out on off too much many more less every only other this last next old new left right his her"
"""Small words that matter where two texts say the rest in the same words: mail *to* customers is not mail *from* them."""

NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"

APART = r"""
import*|importier* / export*|exportier*
upload* / download*
add|adding|added|additional|increase*|upgrade*|hinzufügen|ajouter|añadir / remove|removing|removed|fewer|reduce*|decrease*|downgrade*|entfernen|retirer|quitar
enable*|activate*|reactivate*|switch on|turn on / disable*|deactivate*|switch off|turn off
create*|new account|register* / delete*|deleting
website|web site|webseite|homepage|online shop|web shop / app|apps|mobile app
ios|iphone*|ipad* / android*
windows / mac|macos|macbook* / linux|ubuntu
chrome / firefox / safari / edge
monday*|montag*|lundi|lunes / tuesday*|dienstag*|mardi|martes / wednesday*|mittwoch*|mercredi|miércoles / thursday*|donnerstag*|jeudi|jueves / friday*|freitag*|vendredi|viernes / saturday*|samstag*|samedi|sábado / sunday*|sonntag*|dimanche|domingo
delivery address|shipping address|lieferadresse / billing address|invoice address|rechnungsadresse
refund*|money back|reimburse*|erstatt*|rembours*|reembols* / exchange*|swap*|umtausch*|return the|return it|return my|return label
cancel*|terminate*|kündig*|résili* / pause*|freeze*|suspend*
how much|price|prices|cost|costs / how many
monthly / yearly|annual*
incoming / outgoing
sender* / recipient*
quote|quotes|quotation*|angebot* / invoice*|rechnung*|facture*|factura*
staging|sandbox|test environment / production|live site|live system
email*|e-mail*|mails / sms|text message* / push*
scan*|scanner* / print*|printer*
camera*|webcam*|video / microphone*|sound|audio|echo
keyboard* / mouse / monitor*
kitchen*|küche* / bedroom* / bathroom* / living room / garage* / bar / hall|hallway
breakfast / lunch / dinner
too hot|too warm / too cold
red|rot|rouge|rojo / blue|blau|bleu|azul / green|grün|vert|verde / black|schwarz|noir|negro / white|weiß|blanc|blanco / yellow|gelb|jaune|amarillo / grey|gray|grau|gris / brown|braun / pink / orange
basic / standard / premium / enterprise
twice|two times|2 times|2x|duplicat*|double* / too much|too many|too high / no|not|*n't|never|no longer|none|nothing|any more|anymore
too late|late / too early|early
"""
"""Closed sets, a line each: two tickets that name different members, and none in common, are about two things."""
