# ruff: noqa: E501  (letters of many scripts; a line per charset)
"""Text that declares no charset: short sentences, as customers write them, in what their programs really send."""

import pytest

from services.intake.domain.mail.charset import decode

SENTENCES = {
    "cp1252": "Könnt ihr mir bitte ein Angebot für 20 Stück schicken?|Müller|Le colis est arrivé abîmé et déjà ouvert|Ça ne marche pas|¿Cuándo llega mi pedido?|Non è in garanzia perché è scaduta|Poderiam enviar a 2ª via da fatura? Não consigo acessar|Jeg har ikke fået svar på min mail|Jag är inte nöjd|En ole saanut vielä vastausta kysymykseeni käytöstä",
    "cp1250": "Chciałbym zwrócić towar, nie spełnia oczekiwań|Gdzie mogę pobrać fakturę za sierpień?|Objednávka stále nedorazila, kde je?|Tiskárna netiskne, co mám dělat?|A számlán rossz az összeg, kérem javítsák|Moja narudžba još nije stigla, možete li provjeriti?",
    "cp1251": "Как изменить адрес доставки?|Товар пришёл с браком, хочу обмен|СРОЧНО! Сайт не открывается|Чому не приходить лист підтвердження?|Не мога да вляза в профила си",
    "koi8_r": "Как изменить адрес доставки|Здравствуйте, не работает вход|Почему списали деньги дважды?",
    "koi8_u": "Прошу повернути кошти за замовлення, їх списали двічі",
    "cp932": "パスワードを忘れました|住所を変更したいのですが、どうすればよいですか|在庫はありますか？|領収書の再発行をお願いします|至急連絡ください",
    "euc_jp": "パスワードを忘れました|届いた商品が壊れていました",
    "gb18030": "如何修改收货地址？|产品有质量问题，要求更换|应用一打开就闪退|系统崩溃，数据丢失",
    "big5": "如何修改收貨地址？|產品有品質問題，要求更換|客服電話一直佔線|發票抬頭寫錯了，麻煩重新開一張",
    "cp949": "배송지 주소를 변경하고 싶습니다|비밀번호를 잊어버렸어요|영수증 재발급 요청",
    "cp1253": "Πώς μπορώ να αλλάξω τη διεύθυνση;|Το προϊόν ήρθε σπασμένο",
    "cp1254": "Teslimat adresini nasıl değiştirebilirim?|Ürün kırık geldi, iade istiyorum",
    "cp1255": "איך משנים כתובת למשלוח?|ההזמנה לא הגיעה עדיין",
    "cp1256": "كيف يمكنني تغيير عنوان التوصيل؟|المنتج وصل مكسورا",
    "cp874": "ขอเปลี่ยนที่อยู่จัดส่งได้ไหมคะ|สินค้าชำรุด ต้องการเปลี่ยน",
}


@pytest.mark.parametrize(
    ("codec", "sentence"), [(codec, one) for codec, lines in SENTENCES.items() for one in lines.split("|")]
)
def test_undeclared_text_is_read_in_its_charset(codec, sentence):
    assert decode(sentence.encode(codec), None) == sentence


def test_a_label_that_fits_is_believed():
    assert decode("Şifremi".encode("cp1254"), "windows-1254") == "Şifremi"


def test_nothing_like_a_language_is_kept_without_raising():
    assert isinstance(decode(bytes(range(128, 256)), None), str)
