# ruff: noqa: E501  (lists of phrases: a line per language reads better than a column)
"""What mail programs write into mail, in the languages people use. Data only: every phrase is in lower case.

Gathered from what the programs themselves write (Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Proton, Zoho, GMX,
Mail.ru, QQ, Naver, Lotus Notes and others).
"""

from __future__ import annotations

from services.intake.domain.text import fold_case


def _words(lines: str) -> frozenset[str]:
    return frozenset(
        fold_case(word.strip()) for line in lines.strip().splitlines() for word in line.split("|") if word.strip()
    )


LABELS: dict[str, frozenset[str]] = {
    "from": _words("""
        expeditorul|from|von|de|da|van|od|från|fra|lähettäjä|от|от кого|від|від кого|kimden|gönderen|feladó|de la|expéditeur|expediteur
        remitente|mittente|remetente|afzender|avsändare|afsender|avsender|nadawca|odesílatel|odesilatel|odosielateľ|odosielatel
        отправитель|відправник|подател|saatja|kellelt|no|sūtītājs|nuo|siuntėjas|pošiljatelj|pošiljalec|šalje|expeditor
        από|αποστολέας|发件人|寄件者|寄件人|發件人|差出人|送信者|送信元|보낸 사람|보낸사람|발신자|발신인|보낸이|من|المرسل|מאת|שולח|từ|người gửi
        จาก|ผู้ส่ง|dari|pengirim|daripada|از|فرستنده|प्रेषक|से|од|пошиљалац|şu kişiden|nga|prej|frá|nork|remitent|de part de
        expedient|mula kay|发送人|發送人|发信人|來自|来自|från:|od:|кімнен|kimdən
    """),
    "date": _words("""
        date|sent|datum|gesendet|gesendet am|envoyé|envoye|envoyé le|fecha|enviado|enviado el|enviado em|enviada|enviada em
        enviada el|data|inviato|inviata|inviato il|verzonden|verzonden op|verstuurd|skickat|skickad|dato|sendt|sendt den|päivämäärä
        lähetetty|päiväys|дата|отправлено|отправлен|надіслано|tarih|gönderildi|gönderilme tarihi|gönderme tarihi|dátum|elküldve
        küldve|időpont|trimis|trimisă|dată|data trimiterii|wysłano|data wysłania|odesláno|posláno|odoslané|odoslaný|saadetud|kuupäev
        nosūtīts|datums|išsiųsta|data:|poslano|datum slanja|στάλθηκε|ημερομηνία|εστάλη|发送时间|发送日期|發送時間|寄件日期|傳送日期|日期|时间|時間
        送信日時|日時|日付|送信日|보낸 날짜|보낸날짜|날짜|보낸 시간|보낸시간|일시|التاريخ|تاريخ|تم الإرسال|أُرسلت|بتاريخ|תאריך|נשלח|בתאריך|ngày|đã gửi|gửi
        วันที่|ส่ง|ส่งเมื่อ|tanggal|terkirim|dikirim|tarikh|dihantar|تاریخ|ارسال شده|दिनांक|भेजा गया|tarix|изпратено|датум|послато|poslato|sendur|sent on
        on|bidalia|enviat|enviat el|dátum:|data e dërgimit|petsa|kedy|date/time|date sent|time
    """),
    "to": _words("""
        adressaat|destinatarul|pour|adresat|to|an|à|a|para|aan|til|till|do|dla|vastaanottaja|кому|komu|kime|alıcı|címzett|către|catre|per|saaja|kellele|kam|adresāts|kam:
        gavėjas|kam|za|prima|prejemnik|προς|παραλήπτης|收件人|收件者|宛先|送信先|받는 사람|받는사람|수신자|수신|إلى|الى|المستلم|אל|לכבוד|נמען|đến|tới
        người nhận|ถึง|ผู้รับ|kepada|ke|untuk|به|گیرنده|प्रति|को|до|получатель|получател|за|për|til:|empfänger|destinataire|destinatario
        destinatário|ontvanger|mottagare|modtager|mottaker|odbiorca|příjemce|príjemca|nori|a:|pre|kimə|до кого|per a|收信人|至
    """),
    "cc": _words("""
        copie à|kopio|kopie cc|cc|kopie|copie|copia|cópia|kopi|kopia|копия|копія|bilgi|másolatot kap|másolat|koopia|kopija|κοιν|κοινοποίηση|抄送|副本|참조|نسخة|עותק
        kópia|dw|kk|cópia para|kopie an|ccn|bcc|cci|blindkopie|密送|숨은참조|tembusan|sao chép|สำเนา|رونوشت|cc:|υ/γ|cc/bcc|másolatot kapja|副本抄送|สำเนาถึง
    """),
    "subject": _words("""
        sujet|subiectul|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|тема|konu|tárgy|subiect|temat|předmět|predmet|teema
        temats|tēma|tema|zadeva|naslov|θέμα|主题|主題|主旨|件名|제목|الموضوع|موضوع|נושא|chủ đề|tiêu đề|เรื่อง|หัวเรื่อง|subjek|perihal|subyek|hal|विषय
        предмет|наслов|относно|subjekt|efni|assumpte|gaia|mövzu|lënda|tema:|paksa|题目|標題|标题|re
    """),
    "reply-to": _words("""
        reply-to|reply to|antwort an|antworten an|répondre à|responder a|rispondi a|responder para|antwoord aan|svar til|svara till
        odpowiedz do|ответить|返信先|回复|回覆|회신|yanıtla|odpovědět|válaszcím|организация
    """),
    "other": _words("""
        attachments|anlagen|anhänge|pièces jointes|adjuntos|allegati|anexos|bijlagen|bilagor|bilag|вложения|附件|添付ファイル|첨부|ekler|importance
        wichtigkeit|importance haute|priority|priorität|importancia|priorità|prioriteit|sensitivity|message-id|organisation|organization|mailed-by
        signed-by|security|重要性|优先级|załączniki|přílohy|mellékletek|categories|kategorien|x-mailer|liitteet|flag status|follow up flag
        betreff/subject|distribution
    """),
}
"""The labels of a header block inside a text, by what they name."""

KIND_OF_LABEL = {word: kind for kind, words in reversed(LABELS.items()) for word in words}

FORWARD_MARKS = _words("""
    začátek přeposílané|ileti başlangıcı|iletinin başlangıcı|forwarded message|forwarded by|begin forwarded message|start of forwarded message|forwarded email|forwarded mail|fwd message
    weitergeleitete nachricht|weitergeleitete e-mail|anfang der weitergeleiteten|beginn der weitergeleiteten|ursprünglich weitergeleitet
    message transféré|message transmis|courriel transféré|e-mail transféré|début du message réexpédié|début du message transféré|message réexpédié
    mensaje reenviado|mensaje remitido|inicio del mensaje reenviado|correo reenviado|messaggio inoltrato|inizio messaggio inoltrato
    inizio del messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada
    doorgestuurd bericht|doorgestuurde bericht|doorgezonden bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|vidarebefordrat mejl
    vidarebefordrat brev|påbörja vidarebefordrat|början på vidarebefordrat|början av vidarebefordrat|videresendt besked|videresendt meddelelse
    videresendt mail|videresendt e-mail|start på videresendt|begynnelse på videresendt|videresendt melding|starten på den videresendte
    välitetty viesti|edelleenlähetetty viesti|välitetty sähköposti|välitetyn viestin alku|välitetty alkaa|edastatud kiri|edastatud sõnum
    edastatud kirja algus|algab edastatud|wiadomość przekazana dalej|przekazana wiadomość|wiadomość przekazana|przekazywana wiadomość
    początek przekazywanej|początek przekazanej|treść przekazanej|treść przekazywanej|přeposlaná zpráva|přeposlané zprávy|předaná zpráva
    začátek přeposlané|preposlaná správa|preposlanej správy|posunutá správa|začiatok preposlanej|odoslaná ďalej|továbbított üzenet|továbbított levél
    a továbbított levél kezdete|továbbított email|mesaj redirecționat|mesaj redirectionat|mesaj transmis mai departe|mesaj înaintat
    început mesaj redirecționat|începe mesajul|începutul mesajului|proslijeđena poruka|prosleđena poruka|proslijeđena e-poruka|započni proslijeđenu
    početak proslijeđene|прослеђена порука|posredovano sporočilo|začetek posredovanega|пересылаемое сообщение|пересланное сообщение
    переадресованное сообщение|пересылаемое письмо|начало переадресованного|начало пересылаемого|пересланное письмо|переслане повідомлення
    пересланий лист|початок листа|початок пересланого|перенаправлене|препратено съобщение|начало на препратеното|προωθημένο μήνυμα
    προωθημένου μηνύματος|έναρξη προωθημένου|iletilen ileti|iletilmiş mesaj|iletilen mesaj|yönlendirilen ileti|yönlendirilmiş ileti|yönlendirilen mesaj
    başlangıç: iletilen|persiųsta žinutė|persiųstas laiškas|persiunčiamas laiškas|persiųstas pranešimas|pārsūtīts ziņojums|pārsūtītā ziņa|pārsūtīta vēstule
    missatge reenviat|missatge reexpedit|birbidalitako mezua|mensaxe reenviada|áframsent|转发的邮件|转发邮件|已转发邮件|转发邮件信息|转发的信件|被转发邮件|被轉寄|轉寄郵件
    轉寄的郵件|轉寄的訊息|轉寄訊息|转发信息|转发消息|已轉寄|转发的消息|转发开始|開始轉寄|转发的讯息|転送メッセージ|転送されたメッセージ|転送されたメール|転送メール|転送元|전달된 메일|전달된 메시지
    전달된 이메일|전달 메시지|전달된 내용|전달한 메일|전송된 메시지|رسالة معاد توجيهها|رسالة معاد|الرسالة المعاد|رسالة محولة|الرسالة المحولة|بداية الرسالة|تم تحويلها|הודעה שהועברה|הודעה מועברת
    תחילת ההודעה|thư được chuyển tiếp|tin nhắn được chuyển tiếp|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp|chuyển tiếp thư|bắt đầu thư|ข้อความที่ส่งต่อ
    ส่งต่อข้อความ|จดหมายที่ส่งต่อ|เริ่มข้อความ|pesan terusan|pesan diteruskan|pesan yang diteruskan|terusan pesan|mesej dimajukan|mesej yang dimajukan|mula mesej
    پیام فوروارد|پیام ارسال‌شده|پیام بازارسال|अग्रेषित संदेश|फ़ॉरवर्ड किया गया|फॉरवर्ड किया|ipinasang mensahe|mesazhi i përcjellë|yönləndirilmiş
""")
"""What stands above a forwarded message."""

ORIGINAL_MARKS = _words("""
    mail original|correo original|e-mail original|original message|ursprüngliche nachricht|originalnachricht|original-nachricht|ursprungliche nachricht|original-email|message d'origine
    message d’origine|message original|message initial|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht
    origineel bericht|ursprungligt meddelande|originalmeddelande|originalmeddelelse|oprindelig meddelelse|oprindelig besked|den oprindelige meddelelse
    opprinnelig melding|original melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|pôvodná správa|eredeti üzenet
    mesaj original|mesajul original|izvorna poruka|originalna poruka|izvirno sporočilo|исходное сообщение|оригинальное сообщение|первоначальное сообщение
    вихідне повідомлення|оригінальне повідомлення|початкове повідомлення|оригинално съобщение|αρχικό μήνυμα|özgün ileti|orijinal mesaj|orijinal ileti
    algne sõnum|algne kiri|algsõnum|sākotnējais ziņojums|pirminis laiškas|originalus laiškas|missatge original|原始邮件|原邮件|原始信件|原始郵件|原始訊息|元のメッセージ
    元のメール|オリジナルメッセージ|원본 메시지|원본 메일|원본메일|الرسالة الأصلية|הודעה מקורית|thư gốc|tin nhắn gốc|ต้นฉบับข้อความ|ข้อความเดิม|ข้อความต้นฉบับ|pesan asli|mesej asal
    पीام اصلی|मूल संदेश|original e-mail|original email|original appointment|urspr. nachricht|reply message|ответное сообщение
""")
"""What stands above a quoted original, in a reply or a forward."""

END_MARKS = _words("""
    end forwarded message|end of forwarded message|ende der weitergeleiteten|конец пересылаемого|конец пересланного|кінець пересланого
    fin du message|fin del mensaje|fine messaggio inoltrato|fim da mensagem
""")

FORWARD_PREFIXES = _words("""
    edasi|edasta|pers|fw|fwd|wg|tr|rv|i|enc|res|vb|vl|vs|vs.|pd|ed|fs|továbbítás|tovább|továbbítva|redir|ilt|i̇lt|ynt|përc|препр|пересл|пересылка|пер|trs|ct
    转发|轉寄|转|轉發|転送|전달|fwd.|fw.|doorst|doorgestuurd|przek|przekazane|weitergeleitet|réf|réexp|transf|inoltra|encaminhado|encaminhada|reenviado
    reenv|reencaminhado|vidarebefordrat|videresendt|videres|välitetty|edastatud|přeposláno|předáno|preposlané|posredovano|proslijeđeno|προώθηση|πρθ|προώθ
    ileti|iletildi|iletilen|persiųsta|pārsūtīts|reenviat|إعادة توجيه|הועבר|chuyển tiếp|ส่งต่อ|terusan|teruskan|fwd:|forwarded|forward|direkt
    пересилання|препратено|пересл.|перенапр|tr.|transféré|transfert
""") - {"res", "ynt", "ileti", "direkt"}
"""Subject prefixes of forwards."""

REPLY_PREFIXES = _words("""
    re|aw|antw|antwort|sv|vs|ref|rif|r|res|odp|odpověď|vá|vast|ynt|yan|回复|回覆|答复|返信|返|회신|답장|отв|ответ|відп|απ|σχετ|bls|ats|atb|hiv|tl|trả lời|ตอบ|bal|رد|השב
    aw.|re.|reply|svar|risp|réponse|resp|respuesta
""")

WROTE = _words("""
    quoting|zitat von|citando|citation de|citat av|citat från|lainaus|citazione di|wrote|writes|schrieb|schrieb am|schrieben sie|a écrit|écrit|a ecrit|escribió|escribio|escribe|ha scritto|scrisse|scritto|escreveu|schreef|heeft geschreven|geschreven
    napisał|napisał(a)|napisała|pisze|napisał/a|napsal|napsal(a)|napsala|napísal|napísal(a)|napísala|írta|ezt írta|a scris|skrev|kirjoitti
    kirjutas|napisao|napisala|napisao/la|napisal|napisal/a|je napisao|je napisal|je napisala|је написао|написа|написал|написал(а)|написала|писал|писал(а)|пишет|пише
    написав|написала|написав(-ла)|έγραψε|yazdı|şunları yazdı|yazmış|写道|寫道|写到|写入|寫入|写了|书写|于以下|のメール|は書きました|さんは書きました|が書きました|書いた|작성
    님이 작성|작성했습니다|님의 말|썼습니다|كتب|كتبت|קתב|כתב|כתבה|đã viết|viết|เขียนว่า|เขียน|menulis|rakstīja|rašė|va escriure|ha escrit|idatzi du|escribiu|skrifaði
    نوشت|ने लिखा|yazıb|shkroi|geskryf|kirjutas järgmist|dixit|said|sagde|commented|replied|wrote the following|ezt írta (időpont|schrieb folgendes
    følgende|följande|a répondu|schrieben|écriviez|écrivait|escribía|escribiste|scriveva|scriveste|escreveu-nos|schreven|skrevs|pisał|pisała|pisali
""")
"""Verbs of the line above a quotation: *On … Ann wrote:*."""

CLOSING_CORES = _words("""
    regards|rgds|wishes|greetings|sincerely|cheers|yours|respectfully|cordially|warmly|br|kr|day|weekend|evening|grüße|grüßen|gruß|grüsse|grüssen|gruss|gruessen|gruesse|mfg|lg|vg|hochachtungsvoll|tag|abend|wochenende
    salutations|cordialement|cdlt|respectueusement|journée|soirée|saludo|saludos|atentamente|atte|cordialmente|saluti|saluto|giornata|serata|cumprimentos|atenciosamente|att|abraço|abraços|abrazo|groet|groeten|groetjes|mvg|dag
    hälsning|hälsningar|mvh|hilsen|hilsner|terveisin|yt|poważaniem|pozdrowienia|pozdrawiam|pozdravem|pozdrav|pozdravy|pozdravom|úctou|úctou|üdvözlettel|üdv|tisztelettel|stimă|respect|štovanjem|poštovanjem|lp|уважением|уважение|приветом|пожеланиями|повагою|поздрави|εκτίμηση|χαιρετισμούς|saygılarımla|saygılarımızla|çalışmalar|günler|lugupidamisega|cieņu|pagarbiai|salutacions|atentament
    التحية|التحيات|בברכה|trân trọng|kính thư|ขอแสดงความนับถือ|ด้วยความเคารพ|hormat|salam|با احترام|सादर|此致|敬礼|敬禮|祝好|敬上|敬祝|順頌商祺|以上|以上です|よろしくお願いします|よろしくお願いいたします|よろしくお願い致します|宜しくお願い致します|どうぞよろしくお願いいたします|敬具|드림|올림
""")
CLOSING_COMPANIONS = _words("""
    with|my|our|very|most|and|thanks|thank|you|the|from|best|kind|kindest|warm|warmest|many|all|sincere|have|a|nice|great|good|lovely|truly|faithfully|mit|sonnigen|sonnige|allerbesten|freundlichen|freundliche|freundlichem|freundlicher|besten|beste|viele|vielen|liebe|lieben|herzliche|herzlichen|schöne|schönen|einen|noch|vielem|dank|und|danke|aus|dem|der|den
    avec|mes|nos|toutes|les|meilleures|sincères|bien|très|bonne|et|merci|de|du|un|una|con|mis|nuestros|mejores|cordial|cordiales|gracias|y|desde|fuerte|i|miei|nostri|più|cordiali|distinti|migliori|grazie|buona|buon|e|da|dal|com|os|as|meus|melhores|cordiais|obrigado|obrigada|met|vriendelijke|hartelijke|fijne|bedankt|uit
    med|vänliga|vänlig|venlig|vennlig|venlige|vennlige|mange|bedste|beste|bästa|ha|en|bra|fin|dank|tack|från|fra|ystävällisin|parhain|z|serdecznie|wyrazami|szacunku|miłego|s|přátelským|hezký|cu|toate|o|bună|srdačan|lijep|lep|puno|с|наилучшими|з|με|φιλικούς|iyi|dilerim|ar|parimate|مع|خالص|trân|kami|saya|かしこ
""")
"""What closings are made of: one core word, and companions; *from* and a place may follow. Evidence only above a name."""

THANKS = _words("""
    thanks|thank you|many thanks|thanks a lot|thanks again|thanks in advance|thank you in advance|thx|ty|thank you very much|thanks so much|thank you so much|cheers and thanks
    danke|vielen dank|besten dank|danke im voraus|vielen dank im voraus|herzlichen dank|danke schön|merci|merci beaucoup|merci d'avance|merci par avance|gracias|muchas gracias|mil gracias|gracias de antemano
    grazie|grazie mille|grazie in anticipo|obrigado|obrigada|muito obrigado|muito obrigada|bedankt|dank je wel|alvast bedankt|dank u wel|hartelijk dank|tack|tack på förhand|tack så mycket|tak|mange tak|på forhånd tak|takk|på forhånd takk|kiitos|kiitos etukäteen
    dziękuję|z góry dziękuję|děkuji|ďakujem|köszönöm|köszönettel|mulțumesc|multumesc|hvala|спасибо|заранее спасибо|дякую|благодаря|ευχαριστώ|teşekkürler|teşekkür ederim|aitäh|paldies|ačiū|gràcies|谢谢|謝謝|ありがとうございます|감사합니다|شكرا|شكراً|תודה|cảm ơn|ขอบคุณ|terima kasih
""")

BANNERS = _words("""
    caution: this email originated|caution: external|external email|[external]|this email originated from outside|this message originated from outside|warning: this email|you don't often get email from|you don’t often get email from
    this sender is outside|attention: this email|be careful with this message|this is an external|learn why this is important|external sender|think before you click
    achtung: diese e-mail|externe e-mail|sie erhalten nicht häufig|sie erhalten nicht oft|vorsicht: diese|extern:|ce message provient de l'extérieur|attention : ce|vous ne recevez pas souvent|expéditeur externe|correo externo|precaución:|no suele recibir|este correo proviene|email esterna|attenzione:|non ricevi spesso
    externe afzender|let op: deze|u ontvangt niet vaak|this email comes from outside|use caution
""")
"""What a company's mail server writes above mail from outside."""

REPLY_ABOVE = _words("""
    reply above this line|type your reply above|please type your reply above|write above this line|write your reply above|reply above the line|please reply above|do not write below this line|please do not write below|respond above this line
    bitte geben sie ihre antwort oberhalb|antworten sie oberhalb|antwort oberhalb dieser|oberhalb dieser zeile|veuillez répondre au-dessus|répondez au-dessus|au-dessus de cette ligne|saisissez votre réponse au-dessus|responda por encima|responder por encima|por encima de esta línea|escriba su respuesta por encima|rispondi sopra questa riga|sopra questa riga|scrivi la risposta sopra|responda acima desta linha|acima desta linha|typ uw antwoord boven|boven deze regel|svara ovanför|ovanför den här raden|svar over denne linje|over denne linje|odpowiedz powyżej tej linii|powyżej tej linii|ответ выше этой|выше этой строки|この行より上|请在此行上方|在此行以上
""")
"""What a help desk writes above the history it sends."""
