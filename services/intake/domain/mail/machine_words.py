# ruff: noqa: E501  (lists of phrases: a line per language reads better than a column)
"""What machines write: the subjects and sentences of bounces, absence notes and automatic answers. Data only."""

from __future__ import annotations

import re

BOUNCE_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|mail system error|undelivered mail|delivery status notification|delivery (?:has )?fail(?:ed|ures?)?|mail delivery (?:failed|failure|system|problem|delayed)"
    r"|failure notice|returned mail|delivery notification|message (?:could )?not (?:be )?deliver|non[- ]?delivery|nondeliverable|delivery (?:delayed|incomplete|report)"
    r"|message delivery (?:failure|problem|delay)|warning: (?:could not send message|message still)|delayed mail|mail could not be delivered|rejected (?:mail|message)"
    r"|unzustellbar|nicht zugestellt|zustellung(?:sfehler| fehlgeschlagen)|zustellstatus|non remis|échec (?:de la )?(?:remise|livraison)|non distribué|n'a pas pu être (?:remis|distribué)|notification d'état de remise|courrier non distribué"
    r"|no se (?:puede|pudo|ha podido) entregar|no entregado|error de entrega|devuelto al remitente|mensaje devuelto|non recapitabile|impossibile recapitare|mancato recapito|mancata consegna|non consegnato"
    r"|não (?:foi )?(?:entregue|entregável|pôde ser entregue)|falha na entrega|mensagem devolvida|onbestelbaar|niet bezorgd|kan niet worden bezorgd|ej levererat|olevererbart|kunne ikke leveres|ikke leveret|ikke levert|toimittaminen epäonnistui"
    r"|niedostarcz(?:on|aln)|nie można dostarczyć|zwrot (?:wiadomości|poczty)|nedoručiteln|nelze doručit|nedoručen|kézbesíthetetlen|nem kézbesít|nelivrat|недостав|не доставлен|невозможно доставить|сообщение не доставлено|ошибка доставки"
    r"|teslim edilemedi|iletilemedi|μη παραδοτέ|δεν παραδόθηκε|配信不能|配信できません|送信できません|未达|退信|无法投递|無法傳遞|系统退信|投递失败|배달되지|발송 ?실패|전송되지 못|전송 실패|반송|배달 실패|لم يتم التسليم|תקלה במסירה|không gửi được|ส่งไม่สำเร็จ|tidak terkirim",
    re.I,
)
BOUNCE_BODY = re.compile(
    r"(?:final|original)-recipient:|diagnostic-code:|reporting-mta:|status: [45]\.\d|\b[45]\.\d{1,2}\.\d{1,3}\b|smtp error|\b(?:550|551|552|553|554|450|451|452|421)[ -]"
    r"|message (?:was )?created automatically by mail delivery|mail system at host|wasn't able to deliver|unable to deliver (?:your|the|this) message|address(?:es)? (?:had permanent fatal errors|not found|couldn't be found|could not be found)"
    r"|recipient(?:'s)? (?:address )?(?:rejected|unknown|not found|mailbox)|user unknown|mailbox (?:is )?(?:full|unavailable|not found)|no such user|permanent (?:fatal )?error|remote server|generating server|delivery to the following recipient"
    r"|could not be delivered to (?:one or more|the following|all)|delivery has failed to these|will (?:be retried|keep trying)|zustellung an (?:folgende|die folgenden)|host .{3,80} said:|over quota|quota exceeded"
    r"|(?:was|were) (?:not delivered (?:to|because)|undeliverable due to)|could not be delivered|following (?:address|recipient|message)|n'a pas pu être remis|destinatarios?|destinataires?|empfänger"
    r"|退信原因|被退[回信]|无法(?:送达|投递)|無法(?:送達|投遞)|(?:地址|用户|用戶)[^。]{0,40}不存在|존재하지 않는|не может быть (?:отправлено|доставлено)|не удалось доставить",
    re.I,
)
HARD_BOUNCE_BODY = re.compile(
    r"(?:final|original)-recipient:\s*rfc822|reporting-mta:\s*dns|message was created automatically by mail delivery software"
    r"|this is the mail system at host|i'm afraid i wasn't able to deliver your message|address(?:es)? had permanent fatal errors"
    r"|delivery has failed to these recipients or groups|diagnostic information for administrators|the following message to <[^>]+> was undeliverable",
    re.I,
)
ANSWER_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,30}\]\s*)?(?:"
    r"auto(?:matic|mated|mat\.?)?[- ]?(?:reply|response|respond(?:er)?|answer)\b|autoreply\b|auto:\s|out[- ]of[- ](?:the )?office(?: (?:auto(?:matic)?[- ]?)?(?:reply|response|message|notification|alert|re:.*))?\s*(?:[:\-–—!.(\[]|re:|$)"
    r"|ooo\b\s*(?:[:\-–—]|$)|away from (?:my |the )?(?:office|desk|mail|email)\b\s*(?:[:\-–—]|$)|(?:i am|i'm) (?:currently )?(?:out of (?:the )?office|on (?:annual |parental |maternity )?(?:leave|vacation|holiday))|on (?:vacation|holiday|annual leave|maternity leave|parental leave|leave)\s*(?:[:\-–—]|until|$)"
    r"|vacation (?:reply|message|response|notice|auto)|annual leave\s*(?:[:\-–—]|re:)|absence (?:notification|notice|message)"
    r"|.{3,60} (?:is (?:currently )?out of the office|ist (?:nicht im (?:haus|büro)|außer haus)|est absente?(?: du bureau)?|no está en la oficina|è fuori ufficio)\s*(?:[(.]|$)"
    r"|automatische? antwort\b|autom(?:atisierte)? antwort|auto(?:matische)?[- ]?antwort|abwesenheits(?:notiz|meldung|nachricht|assistent|benachrichtigung)|abwesend\s*(?:[:\-–—]|bis|$)|abwesenheit\s*(?:[:\-–—]|vom|bis|$)|nicht im büro\s*(?:[:\-–—]|$)|außer haus\s*(?:[:\-–—]|$)|im urlaub\s*(?:[:\-–—]|bis|$)"
    r"|réponse automatique|absence du bureau|absent(?:e)? du bureau|message d['’]absence|notification d['’]absence|en congés?\s*(?:[:\-–—]|$)|hors du bureau\s*(?:[:\-–—]|$)|répondeur"
    r"|respuesta automática|respuesta automatica|fuera de (?:la )?oficina\s*(?:[:\-–—]|$)|ausente de la oficina|auto-?respuesta|mensaje automático|de vacaciones\s*(?:[:\-–—]|$)"
    r"|risposta automatica|fuori (?:sede|ufficio)\s*(?:[:\-–—]|$)|assente dall['’]ufficio|messaggio automatico|assenza dall['’]ufficio"
    r"|resposta automática|ausência temporária|ausência do escritório|fora do escritório|mensagem automática|automatisch antwoord|automatische beantwoording|afwezig(?:heids(?:bericht|melding|assistent)|heid)?\s*(?:[:\-–—]|$)|afwezigheidsbericht|niet aanwezig\s*(?:[:\-–—]|$)"
    r"|auto(?:matiskt? )?svar\b|automatiskt? svar|frånvaro(?:meddelande)?\b\s*(?:[:\-–—]|$)|frånvarande\s*(?:[:\-–—]|$)|fraværsmeddelelse|fravær(?:sassistent|smelding)?\s*(?:[:\-–—]|$)|ikke til stede|ikke på kontoret|automaattinen vastaus|poissaoloviesti|poissa(?:olo)?\s*(?:[:\-–—]|$)|poissa toimistosta"
    r"|odpowiedź automatyczna|automatyczna odpowiedź|autoodpowiedź|nieobecn(?:ość|a|y)(?: w biurze)?\s*(?:[:\-–—]|$)|poza biurem|automatická odpověď|automatická odpoveď|mimo kancelář|mimo kanceláriu|nepřítomn(?:ost|en)|neprítomnosť|automatikus válasz|házon kívül|szabadságon|răspuns automat|absent din birou|în afara biroului|automatski odgovor|odsutnost|izvan ureda|samodejni odgovor|odsoten|avtomatski odgovor"
    r"|автоматический ответ|автоответ(?:чик)?|отсутству(?:ю|ет) (?:на|в)|вне офиса|автоматична відповідь|автовідповідь|поза офісом|автоматичен отговор|извън офиса|αυτόματη απάντηση|εκτός γραφείου|otomatik (?:yanıt|cevap)|ofis dışında|büro dışında|automaatvastus|kontorist väljas|automātiskā atbilde|automātiska atbilde|automatinis atsakymas|resposta automàtica|erantzun automatikoa"
    r"|自動(?:応答|返信|回覆|回复)|自动(?:答复|回复)|不在(?:通知|の|届)|外出中|不在办公室|不在辦公室|자동 ?(?:응답|회신|답장)|부재중|الرد التلقائي|رد تلقائي|رد آلي|الرد الآلي|خارج المكتب|תגובה אוטומטית|מענה אוטומטי|תשובה אוטומטית|מחוץ למשרד|trả lời tự động|tự động trả lời|vắng mặt|(?:การ)?ตอบกลับอัตโนมัติ|(?:аутоматски|автоматски) одговор|автоматты жауап|аўтаматычны адказ|sjálfvirkt svar|avtomatik cavab|përgjigje automatike|ავტომატური პასუხი|ավտոմատ պատասխան|ไม่อยู่ที่สำนักงาน|balasan otomatis|jawaban otomatis|balasan automatik|di luar kantor|پاسخ خودکار|स्वचालित उत्तर"
    r")",
    re.I,
)
ANSWER_BODY = re.compile(
    r"(?:^|[.!\n*_(\[-])\s*(?:(?:please )?note[:,]? (?:that )?)?(?:this|the above|the following) (?:is|was|e-?mail (?:is|was)|message (?:is|was)|mail (?:is|was)) (?:an? )?(?:auto(?:matic|mated|matically)?[- ]?(?:generated |sent )?)(?:reply|response|message|e-?mail|answer|notification|mail|acknowledg\w+|confirmation)?"
    r"|(?:^|\n)[*_\- ]*(?:automatic|automated|auto)[- ](?:reply|response|message)\b[*_\- ]*[:.\n]"
    r"|(?:please )?do not (?:reply|respond) to this (?:automated|automatic|auto[- ]?generated|message|e-?mail)|this (?:mailbox|inbox|address|account) is (?:not (?:monitored|being monitored)|unmonitored)"
    r"|dies ist eine automatisch|diese (?:e-?mail|nachricht) wurde automatisch|automatisch (?:generierte|erstellte|erzeugte) (?:e-?mail|nachricht|antwort)|ceci est (?:un message|une réponse) automatique|réponse automatique|message (?:généré )?automatique(?:ment)?"
    r"|este es un (?:mensaje|correo) (?:generado )?automátic|esta es una respuesta automática|questo è un messaggio (?:generato )?automatic|questa è una risposta automatica|esta é uma (?:mensagem|resposta) automática|dit is een automatisch|detta är ett (?:automatiskt|autosvar)|dette er (?:en|et) automatisk|tämä on automaattinen"
    r"|wiadomość (?:została )?wygenerowan\w* automatycznie|to jest (?:automatyczna|wiadomość automatyczna)|toto je automatick|это автоматическ|это письмо (?:создано|отправлено) автоматически|これは自動|自動送信|自動返信|此(?:邮件|郵件|為|为)(?:系统|系統)?自[动動]|这是一封自动|자동으로 발송|자동 발송",
    re.I,
)
ABSENT_BODY = re.compile(
    r"\b(?:i am|i'm) (?:currently )?ooo\b|\b(?:i am|i'm|i will be|i'll be) (?:currently |now |presently |away and )?(?:out of (?:the )?office|away from (?:the|my) (?:office|desk|e-?mail)|on (?:annual |maternity |parental |paternity |sick |medical )?(?:leave|vacation|holidays?)|away (?:until|from|on)|travel+ing)"
    r"|(?:limited|no|intermittent|sporadic|without) access to (?:my )?(?:e-?mail|mails?)|thank you for your (?:e-?mail|message|mail)[.!,]? (?:i am|i'm|i will|i'll|our office)"
    r"|ich bin (?:derzeit |zurzeit |momentan |aktuell |vom |bis |ab )?.{0,40}(?:nicht im (?:büro|haus)|außer haus|abwesend|im urlaub|nicht erreichbar)|in dringenden fällen|ihre (?:e-?mail|nachricht) wird nicht (?:automatisch )?weitergeleitet"
    r"|je suis (?:actuellement |absent|en (?:congés?|vacances|déplacement))|en cas d['’]urgence|estoy (?:actualmente )?(?:fuera|de vacaciones|ausente)|estaré (?:fuera|ausente|de vacaciones)|en caso de urgencia|sono (?:attualmente )?(?:assente|fuori|in ferie)|sarò (?:assente|in ferie|fuori)|in caso di urgenza"
    r"|(?:derzeit|zurzeit|momentan|aktuell|leider|heute) bin ich .{0,40}(?:nicht im (?:büro|haus)|außer haus|abwesend|im urlaub|nicht erreichbar)|ben ik (?:met (?:vakantie|verlof)|op vakantie|afwezig|niet (?:aanwezig|op kantoor|bereikbaar))|är jag (?:på semester|borta|ledig|inte på)|er jeg (?:på ferie|ikke på kontoret|bortreist)"
    r"|estou (?:de férias|ausente|fora)|estarei (?:de férias|ausente|fora)|ik ben (?:momenteel |afwezig|met (?:vakantie|verlof)|op vakantie|niet (?:aanwezig|op kantoor))|jag är (?:för närvarande )?(?:på semester|borta|inte på|ledig)|jeg (?:er|har) (?:for (?:tiden|øjeblikket) )?(?:ikke på kontoret|på ferie|ferie|bortreist|ude)|olen (?:lomalla|poissa|vuosilomalla)|jestem (?:obecnie )?(?:na urlopie|poza biurem|nieobecn)|przebywam na urlopie"
    r"|jsem (?:na dovolené|mimo)|я (?:в отпуске|нахожусь в отпуске|отсутствую)|меня не будет|休暇|不在にして|不在のため|我(?:正在|目前|在)?休假|目前不在|부재중|휴가",
    re.I,
)
RETURN = re.compile(
    r"until|return(?:ing)?|back (?:on|in)|be back|urgent|immediate assistance|in my absence|respond (?:as soon|when|upon)|reply (?:as soon|when|upon)|get back to you|contact my colleague|bis (?:zum|einschließlich)|zurück|dringend|wieder (?:im|da)|vertretung"
    r"|jusqu|retour|urgen|hasta|regres|volver|vuelta|fino al|rientr|torn|até|retorno|volto|tot en met|terug|dringend|till|åter|tillbaka|til og med|tilbage|tilbake|asti|palaan|takaisin|do dnia|wracam|powr|do \d|vrát|до|вернусь|срочн|まで|戻り|至|返回|까지|복귀",
    re.I,
)

DAILY_WORDS = re.compile(
    r"(?:.* (?:is|ist|est|está|è) |auto:|ooo|on |away|annual leave|vacation(?! (?:reply|message|response|notice|auto))|absen|abwesen(?:d|heit)\b(?!s)|im urlaub|außer haus|en congé|de vacaciones|afwezig|frånvaro|fravær|poissa\b|nieobecn|out of (?:the )?office$|i am|i'm|autoresponder)",
    re.I,
)
"""Beginnings of subjects that people write too: these need words to go with them."""
INSTEAD = re.compile(
    r"(?:please |kindly )?contact (?:my |our |the )?\w+|for urgent|in urgent|if (?:it is|this is|your \w+ is|you need) (?:urgent|an? (?:emergency|immediate)|immediate)|limited access|no access|in my absence|(?:will|'ll) (?:respond|reply|answer|get back|return|be back)|not (?:be )?forwarded"
    r"|dringend|vertretung|kolleg|nicht weitergeleitet|urgen|contacte|contacter|rivolg|absence|wenden sie sich|neem contact|kontakta|kontakt|ota yhteyttä|proszę o kontakt|обращайтесь|срочн|紧急|緊急|至急|急用|긴급",
    re.I,
)
"""What an absence note tells to do instead of waiting."""
ASKING = re.compile(
    r"\b(?:please|pls|kindly) (?!contact|use (?:our|the)|type your reply|note|do not reply|don't reply|be (?:aware|advised|informed)|direct|email|e-mail|reach|call (?:my|our|the)|write to|turn to|refer|allow|expect|see|visit|disregard|ignore|bear|accept|excuse|forward)\w+"
    r"|\b(?:can|could|would) you\b|,? please\s*[.!]?\s*$"
    r"|か[。？]|까요|吗[。？]?|подскажите|помогите",
    re.I,
)
"""A person's request."""
ACKNOWLEDGED = re.compile(
    r"(?:we(?:'ve| have)?|was|has been) (?:successfully )?received (?:and|your (?:\w+ )?(?:ticket|request|message|e-?mail|inquiry|enquiry|query|case)\b)|(?:ticket|request|case)\s?(?:[(#][^)\n]{0,20}\)?)? (?:received|has been (?:created|opened|received))|thank(?:s| you) for (?:contacting|reaching out|your (?:request|inquiry|enquiry))"
    r"|wir haben ihre (?:anfrage|nachricht|e-?mail) erhalten|ihre (?:anfrage|nachricht) ist (?:bei uns )?eingegangen|eingangsbestätigung|(?:nous avons bien reçu|bien été reçue?)|hemos recibido (?:su|tu)|abbiamo ricevuto la|recebemos (?:o seu|a sua|seu|sua)|hebben (?:uw|je) (?:bericht|vraag|e-?mail) ontvangen|vi har (?:mottagit|modtaget|mottatt)|otrzymaliśmy|ваш(?:е|а)? (?:обращение|заявка|запрос|письмо) (?:получен|принят|зарегистрирован)",
    re.I,
)
"""How a help desk's machine says that something arrived: counts only with a machine's header or address."""
