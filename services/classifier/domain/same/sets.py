# ruff: noqa: E501  (sets of words: a line per set reads better than a column)
"""Closed sets of words, a line each: two tickets that name different members, and none in common, are about two things.

Data only, in the languages that tickets come in most. ``/`` parts the members, ``|`` the words for one; ``*`` stands for
any ending. The sets are closed by nature (days, months, ordinals, colours, sides, sizes, kin, on and off): what is open
(names, places, products) is told by its place in the sentence, see ``placed``.
"""

from __future__ import annotations

SETS = r"""
monday*|montag*|lundi*|lunes|lunedì|lunedi|segunda-feira|maandag*|poniedział*|月曜|周一|星期一|礼拜一|월요일* / tuesday*|dienstag*|mardi*|martes|martedì|martedi|terça|terça-feira|dinsdag*|wtor*|火曜|周二|星期二|礼拜二|화요일* / wednesday*|mittwoch*|mercredi*|miércoles|miercoles|mercoledì|quarta-feira|woensdag*|środ*|水曜|周三|星期三|礼拜三|수요일* / thursday*|donnerstag*|jeudi*|jueves|giovedì|giovedi|quinta-feira|donderdag*|czwart*|木曜|周四|星期四|礼拜四|목요일* / friday*|freitag*|vendredi*|viernes|venerdì|venerdi|sexta-feira|vrijdag*|piąt*|金曜|周五|星期五|礼拜五|금요일* / saturday*|samstag*|samedi*|sábado*|sabado*|sabato|zaterdag*|sobot*|土曜|周六|星期六|礼拜六|토요일* / sunday*|sonntag*|dimanche*|domingo*|domenica|zondag*|niedziel*|日曜|周日|星期日|星期天|礼拜天|일요일*
january|januar|janvier|enero|gennaio|janeiro|januari|stycz*|一月|1月|일월*|1월* / february|februar|février|fevrier|febrero|febbraio|fevereiro|februari|lut*|二月|2月|이월*|2월* / march|märz|mars|marzo|março|maart|marzec|marca|marcu|三月|3月|삼월*|3월* / april|avril|abril|aprile|kwie*|四月|4月|사월*|4월* / mai|mayo|maggio|maio|mei|maj|maja|maju|五月|5月|오월*|5월* / june|juni|juin|junio|giugno|junho|czerwiec|czerwca|czerwcu|六月|6月|유월*|6월* / july|juli|juillet|julio|luglio|julho|lipiec|lipca|lipcu|七月|7月|칠월*|7월* / august|août|aout|agosto|augustus|sierp*|八月|8月|팔월*|8월* / september|septembre|septiembre|settembre|setembro|wrześ*|九月|9月|구월*|9월* / october|oktober|octobre|octubre|ottobre|outubro|październik*|十月|10月|시월*|10월* / november|novembre|noviembre|novembro|listopad*|十一月|11月|십일월*|11월* / december|dezember|décembre|diciembre|dicembre|dezembro|grud*|十二月|12月|십이월*|12월*
ground floor|erdgeschoss*|rez-de-chaussée|planta baja|piano terra|piano terreno|rés-do-chão|begane grond|parter* / first|1st|erste|ersten|erster|erstes|1\.|premier|première|1er|primer|primera|primero|primo|prima|primeiro|primeira|eerste|pierwsz*|一階|1階|一楼|1楼|一层|1层|一號|一号|1층*|일층* / second|2nd|zweite|zweiten|zweiter|zweites|deuxième|2e|segundo|segunda|secondo|seconda|tweede|drugi|drugim|drugie|drugiego|drugiej|二階|2階|二楼|2楼|二层|2层|二号|2층*|이층* / third|3rd|dritte*|troisième|3e|tercer*|terzo|terza|terceiro|terceira|derde|trzeci*|三階|3階|三楼|3楼|三层|3层|三号|3층*|삼층* / fourth|4th|vierte*|quatrième|cuarto|cuarta|quarto|quarta|vierde|czwarty*|czwartym|czwarte|四階|4階|四楼|4楼|四层|4层|四号|4층*|사층* / fifth|5th|fünfte*|cinquième|quinto|quinta|vijfde|piąty|piątym|piąte|五階|5階|五楼|5楼|五层|5层|五号|5층*|오층* / sixth|6th|sechste*|sixième|sexto|sexta|sesto|sesta|zesde|szóst*|六階|6階|六楼|6楼|六层|6层|6층*|육층* / seventh|7th|siebte*|septième|séptim*|settimo|settima|sétim*|zevende|siódm*|七階|7階|七楼|7楼|7층*|칠층* / eighth|8th|achte|achten|huitième|octavo|ottavo|oitavo|achtste|ósm*|八階|8階|八楼|8楼|8층*|팔층* / basement*|keller*|cellar*|sous-sol|sótano|cantina|cave|kelder*|piwnic*|地下|지하* / attic|loft|dachgeschoss*|dachboden|grenier|ático|soffitta|sótão|zolder*|strych*|屋根裏|阁楼|다락*
red|rot|rote|roten|roter|rotes|rouge*|rojo*|roja*|rosso|rossa|rossi|vermelh*|rood|rode|czerwon*|赤|红色|红的|빨간*|빨강* / blue|blau*|bleu*|azul*|blu|blauw*|niebiesk*|青|蓝|파란*|파랑* / green|grün*|vert|verte|verts|vertes|verde*|groen*|zielon*|緑|绿|초록* / black|schwarz*|noir*|negro*|negra*|nero|nera|preto|preta|zwart*|czarn*|黒|黑|검은* / white|weiß*|weiss*|blanc|blanche*|blanco|blanca|bianco|bianca|branco|branca|wit|witte|biał*|白|흰색*|흰 / yellow|gelb*|jaune*|amarill*|giall*|amarel*|geel|gele|żółt*|黄色|黄|노란* / grey|gray|grau*|gris*|grigi*|cinzent*|cinza|grijs|grijze|szar*|灰色|회색* / brown|braun*|brun|brune|marron|marrón|marrone|castanh*|marrom|bruin*|brązow*|茶色|棕色|褐色|갈색* / pink|rosa|rose|roze|różow*|ピンク|粉色|분홍* / orange|orangefarben*|naranja|arancione|laranja|oranje|pomarańcz*|オレンジ色|橙色|주황* / beige|beżow*|ベージュ|米色|베이지* / purple|lila|violett*|violet*|morad*|viola|roxo|roxa|paars*|fiolet*|紫|보라*
left|links|linke|linken|linker|linkes|gauche|izquierd*|sinistr*|esquerd*|lew*|左|왼쪽*|왼 / right-hand|right side|right speaker|right one|the right|rechts|rechte|rechten|rechter|rechtes|droit|droite|derech*|destr*|direit*|praw*|右|오른쪽*
upper|top|obere*|supérieur*|superior*|superiore|bovenste|górn*|上段|위쪽* / lower|bottom|untere*|inférieur*|inferior*|inferiore|onderste|doln*|下段|아래쪽*
front|vorne|vordere*|avant|delanter*|anterior*|voorste|przedni*|前輪|앞쪽* / rear|back|hinten|hintere*|arrière|traser*|posterior*|achterste|tyln*|後輪|뒤쪽*
north|nord*|norte|noord*|północ*|北口|北门|북쪽* / south|süd*|sud|sur|sul|zuid*|południ*|南口|南门|남쪽* / east|ost|osten|est|este|leste|oost*|wschod*|東口|东门|동쪽* / west|westen|ouest|oeste|ovest|zachod*|西口|西门|서쪽*
small|little|klein|kleine*|petit|petite|petits|petites|pequeñ*|piccol*|pequen*|mał*|小さい|小号|小さな|작은* / medium|mittlere*|moyen*|median*|medi|médi*|middelgrot*|średni*|中くらい|中号|중간* / large|big|groß*|gross*|grand|grande|grands|grandes|groot|grote|duż*|大きい|大きな|大号|큰
mother*|mum|mom|mutter*|mère|madre|mãe|moeder|mam*|matk*|母|妈妈|母亲|엄마*|어머니* / father*|dad|vater*|père|padre|pai|vader|ojc*|tata|taty|父|爸爸|父亲|아빠*|아버지* / sister*|schwester*|sœur|soeur|hermana*|sorella|irmã|zus|zusje|siostr*|姉|妹|姐姐|妹妹|언니*|누나*|여동생* / brother*|bruder*|frère|hermano*|fratello|irmão|broer|brat|brata|bratu|兄|弟|哥哥|弟弟|형|오빠*|남동생* / son|sons|sohn*|fils|hijo*|figlio|filho*|zoon|syn*|息子|儿子|아들* / daughter*|tochter*|fille|hija*|figlia|filha*|dochter|córk*|娘|女儿|딸* / wife|frau|femme|esposa|mujer|moglie|mulher|vrouw|żon*|妻|妻子|아내* / husband|ehemann|mann|mari|marido|esposo|marito|man|mąż|męż*|夫|丈夫|남편*
on|switch on|turn on|switches on|turns on|einschalten|einschaltet|anschalten|angeht|an|allume*|démarre*|active*|activar|activo|enciend*|encender|liga|ligar|ativar|accend*|aan|włącz*|つきません|つかない|つけ|点きません|点け|打不开|켜지*|켜* / off|switch off|turn off|switches off|turns off|ausschalten|ausschaltet|abschalten|ausgeht|aus|éteint*|éteindre|s'arrête*|arrête*|désactiv*|desactiv*|apag*|desliga*|desativar|spegn*|spegne|uit|wyłącz*|消えません|消えない|消せ|关不掉|꺼지*|꺼*
import*|importier* / export*|exportier*
upload* / download*
add|adding|added|additional|upgrade*|hinzufügen|ajouter|añadir / remove|removing|removed|fewer|reduce*|downgrade*|entfernen|retirer|quitar
enable*|activate*|reactivate* / disable*|deactivate*
create*|new account|register* / delete*|deleting
website|web site|webseite|homepage|online shop|web shop / app|apps|mobile app
ios|iphone*|ipad* / android*
windows / mac|macos|macbook* / linux|ubuntu
chrome / firefox / safari / edge
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
kitchen*|küche*|cuisine|cocina|cucina|cozinha|keuken*|kuchni*|台所|厨房|부엌* / bedroom*|schlafzimmer*|chambre|dormitorio|camera da letto|quarto|slaapkamer*|sypialni*|寝室|卧室|침실* / bathroom*|badezimmer*|salle de bains|baño|bagno|banheiro|badkamer*|łazien*|浴室|卫生间|욕실* / living room|wohnzimmer*|salon|sala|soggiorno|woonkamer*|客厅|거실* / garage*|garaje|차고* / hall|hallway|flur|couloir|pasillo|corridoio|corredor|gang|korytarz*|廊下|走廊|복도*
breakfast / lunch / dinner
too hot|too warm / too cold
basic / standard / premium / enterprise
twice|two times|2 times|2x|duplicat*|double* / too much|too many|too high / no|not|*n't|never|no longer|none|nothing|any more|anymore
too late|late / too early|early
too much|zu viel|trop|demasiado|troppo|demais|te veel|za dużo|多く|太多 / too little|zu wenig|trop peu|muy poco|troppo poco|pouco|te weinig|za mało|少なく|太少
"""

TELLING = "no not never without with to from before after in out on off too much many more less every only other this last next old new left right his her"
"""Small words that matter where two texts say the rest in the same words: mail *to* customers is not mail *from* them."""

NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"

SAYS_NOTHING = frozenset(
    """
a an the and or but if so than then as at by for from in into of off on onto out over to up with without within about after before
i me my mine we us our ours you your yours he him his she her it its they them their this that these those there here who whom which what when where why how
am is are was were be been being do does did done doing have has had having can could will would shall should may might must
not no nor none nobody nothing never please thanks thank hi hello hey dear hallo guten tag morgen kind best regards greetings cheers sincerely pls plz
just still already also too very really quite only even again now today yesterday tomorrow since ago while until till yet soon
get gets got getting give given make makes made see sees seen say says said tell want wants wanted need needs like would know try tried use used using let
any some all every each both either neither one ones other others such same own much many more most few less least
support team help customer company inc ltd gmbh mr mrs ms
don't dont doesn't doesnt can't cant won't wont i'm im i've it's isn't isnt hasn't hasnt didn't didnt
ich du er sie es wir ihr mich mir uns euch der die das den dem des ein eine einen einem einer eines und oder aber wenn dass ist sind war waren bin hat habe haben wird werden kann können mit ohne von vom zu zum zur auf an am in im ins für nicht kein keine keiner bitte danke nur noch schon auch sehr nach seit bei beim diesen diesem dieser dieses unser unsere mein meine ihre wie wo was warum hier jetzt mehr möchte
le la les l un une des du de et ou mais est sont je j nous vous il elle mon ma mes notre nos votre vos que qui ne n pas plus avec sans pour sur dans au aux ce cette où peut puis ai avons toujours bonjour merci svp
el los las una unos unas y o pero es son yo nosotros usted mi mis nuestro nuestra su que no con sin por para en del al me lo se he ha han está puedo quiero todavía desde cuando dónde cómo hola gracias favor
il lo gli di da nel della non ho è sono mio mia che per con come quando dove posso grazie
het een ik mijn niet geen met voor naar op van hoe kan graag dank
os um uma meu minha não com sem para como quando onde posso tenho obrigado
się nie na do od już proszę jest są mój moja jak że
""".split()  # noqa: SIM905
)
"""Words that by themselves tell nothing about a problem."""
