"""Material for internationalised names and their registrants, script by script (IDNA2008, RFC 5892).

A variant of a name replaces characters by ones that no other word here uses, so that a variant can be neither
a registered name nor the variant of another one (RFC 9022 §6).
"""

from __future__ import annotations

from dataclasses import dataclass

import idna


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address as written at home (`loc`), and in ASCII (`int`; RFC 5733 §2.4).

    `language` is the tag of what is written at home, with a script where the language has several
    (RFC 5646 §4.1).
    """

    language: str
    names: tuple[tuple[str, str], ...]
    city: tuple[str, str]
    street: tuple[str, str]
    code: str
    country: str
    calling: str


@dataclass(frozen=True, slots=True)
class Script:
    """One IDN table's worth of words, its variants, and people who write so."""

    table: str
    words: tuple[str, ...]
    joint: str
    variants: tuple[tuple[str, str], ...]
    people: Person

    def label(self, number: int) -> str:
        """The U-label of a number: words alone, then pairs, then pairs with a number."""
        count = len(self.words)
        if number < count:
            return self.words[number]
        rest, place = divmod(number - count, count * count)
        pair = self.joint.join((self.words[place // count], self.words[place % count]))
        return f"{pair}-{rest + 1}" if rest else pair

    def variant(self, label: str) -> str:
        """The variant of a U-label, or the label itself where it has none."""
        for plain, other in self.variants:
            label = label.replace(plain, other)
        return label


def to_alabel(label: str) -> str:
    """The A-label of a U-label; refuses what IDNA2008 does not allow (RFC 5891 §5.4)."""
    return idna.alabel(label).decode("ascii")


def to_ulabel(label: str) -> str:
    """The U-label of an A-label; a U-label or a plain label stays as it is."""
    return idna.ulabel(label)


def _names(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.split("=") for entry in text.split(";"))
    return tuple((loc.strip(), ascii_form.strip()) for loc, ascii_form in pairs)


LATIN = Script(
    "fr-Latn",
    tuple(
        "café pâtisserie élégance crêperie théâtre château forêt hôtel école santé qualité liberté fête "
        "été crème français garçon leçon façade août mère océan étoile musée société beauté marché "
        "éclair séjour déco énergie régal".split()
    ),
    "-",
    (),
    Person(
        "fr",
        _names("Zoé Lefèvre=Zoe Lefevre; Noël Gagné=Noel Gagne; Éloïse Bérard=Eloise Berard; Rémi Côté=Remi Cote"),
        ("Orléans", "Orleans"),
        ("12 allée des Chênes", "12 allee des Chenes"),
        "45000",
        "FR",
        "33",
    ),
)
CYRILLIC = Script(
    "ru-Cyrl",
    tuple(
        "магазин дом книга школа музыка погода новости город океан зима весна деньги работа семья театр "
        "берег искра радуга сказка звезда молоко хлеб мёд берёза полёт самолёт зелёный лес море".split()
    ),
    "-",
    (),
    Person(
        "ru",
        _names(
            "Иван Петров=Ivan Petrov; Анна Смирнова=Anna Smirnova; Олег Кузнецов=Oleg Kuznetsov; "
            "Мария Орлова=Maria Orlova"
        ),
        ("Казань", "Kazan"),
        ("ул. Садовая, 5", "ul. Sadovaya 5"),
        "420000",
        "RU",
        "7",
    ),
)
GREEK = Script(
    "el-Grek",
    tuple(
        "θάλασσα βιβλίο μουσική σχολείο καφές ήλιος ουρανός νησί ταξίδι αγορά θέατρο λουλούδι πόλη γάλα "
        "ψωμί μέλι ελιά κρασί βουνό δάσος ποτάμι αστέρι φεγγάρι υγεία εφημερίδα".split()
    ),
    "-",
    # Without accents, as capital letters are typed: the table treats both as one name.
    (("ά", "α"), ("έ", "ε"), ("ή", "η"), ("ί", "ι"), ("ό", "ο"), ("ύ", "υ"), ("ώ", "ω")),
    Person(
        "el",
        _names("Γιώργος Παππάς=Giorgos Pappas; Ελένη Νικολάου=Eleni Nikolaou; Νίκος Δήμου=Nikos Dimou"),
        ("Πάτρα", "Patra"),
        ("Οδός Ερμού 8", "Odos Ermou 8"),
        "26221",
        "GR",
        "30",
    ),
)
ARABIC = Script(
    "ar-Arab",
    tuple("كتاب كلية مكتبة كوكب كرة كنز شركة مكتب بركة سكر ملك فلك كلام كرم شباك سمك".split()),
    "-",
    (("ك", "ک"),),  # the keheh that Persian keyboards send
    Person(
        "ar",
        _names("أحمد حسن=Ahmad Hassan; فاطمة علي=Fatima Ali; عمر خالد=Omar Khaled; ليلى منصور=Layla Mansour"),
        ("القاهرة", "Cairo"),
        ("شارع النيل 14", "14 Nile Street"),
        "11511",
        "EG",
        "20",
    ),
)
HEBREW = Script(
    "he-Hebr",
    tuple("שלום ספר בית ילד מים שמש ירח כוכב חנות קפה תיאטרון עיר חדשות משפחה בריאות גן לחם יער".split()),
    "-",
    (),
    Person(
        "he",
        _names("דוד כהן=David Cohen; שרה לוי=Sarah Levi; יוסי מזרחי=Yossi Mizrahi"),
        ("חיפה", "Haifa"),
        ("רחוב הגפן 3", "3 HaGefen Street"),
        "3303001",
        "IL",
        "972",
    ),
)
HAN = Script(
    "zh-Hans",
    tuple("国际 广东 电脑 书店 汉语 图书 乐园 车站 飞机 东方 龙门 华夏 医药 体育 经济 开发".split()),
    "",
    tuple(
        zip(
            "国际广东电脑书汉语图乐园车飞机龙门华医药体经济开发",
            "國際廣東電腦書漢語圖樂園車飛機龍門華醫藥體經濟開發",
            strict=True,
        )
    ),
    Person(
        "zh-Hans",
        _names("王小明=Wang Xiaoming; 李华=Li Hua; 张伟=Zhang Wei; 陈静=Chen Jing"),
        ("上海", "Shanghai"),
        ("南京路100号", "100 Nanjing Road"),
        "200001",
        "CN",
        "86",
    ),
)
KANA = Script(
    "ja-Kana",
    tuple(
        "さくら ひかり みらい すずめ はなび カメラ ホテル レストラン コーヒー スポーツ ゆきだるま "
        "もみじ ことば ニュース サッカー ピアノ おんがく".split()
    ),
    "-",
    (),
    Person(
        "ja",
        _names("田中一郎=Ichiro Tanaka; 鈴木花子=Hanako Suzuki; 佐藤健=Ken Sato"),
        ("札幌市", "Sapporo"),
        ("北一条西2丁目", "Kita 1 Nishi 2"),
        "060-0001",
        "JP",
        "81",
    ),
)
HANGUL = Script(
    "ko-Hang",
    tuple("한국 서울 바다 하늘 학교 음악 시장 도서 건강 여행 구름 나무 사랑 커피 극장 공원".split()),
    "",
    (),
    Person(
        "ko",
        _names("김민수=Kim Minsu; 이서연=Lee Seoyeon; 박지훈=Park Jihoon"),
        ("부산", "Busan"),
        ("해운대로 20", "20 Haeundae-ro"),
        "48094",
        "KR",
        "82",
    ),
)
DEVANAGARI = Script(
    "hi-Deva",
    tuple("भारत किताब बाजार समाचार संगीत विद्यालय जीवन सागर पर्वत नदी सूरज चाँद फूल मौसम परिवार यात्रा".split()),
    "-",
    (),
    Person(
        "hi",
        _names("राहुल शर्मा=Rahul Sharma; प्रिया वर्मा=Priya Verma; अमित सिंह=Amit Singh"),
        ("जयपुर", "Jaipur"),
        ("गांधी मार्ग 7", "7 Gandhi Marg"),
        "302001",
        "IN",
        "91",
    ),
)
THAI = Script(
    "th-Thai",
    tuple("ไทย ตลาด หนังสือ โรงเรียน ดนตรี ทะเล ภูเขา ดอกไม้ กาแฟ ข่าว สุขภาพ บ้าน เมือง รถไฟ ครอบครัว".split()),
    "-",
    (),
    Person(
        "th",
        _names("สมชาย ใจดี=Somchai Jaidee; มาลี สุขใจ=Malee Sukjai; อนันต์ ทองดี=Anan Thongdee"),
        ("เชียงใหม่", "Chiang Mai"),
        ("ถนนท่าแพ 9", "9 Tha Phae Road"),
        "50100",
        "TH",
        "66",
    ),
)

SCRIPTS = (LATIN, CYRILLIC, GREEK, ARABIC, HEBREW, HAN, KANA, HANGUL, DEVANAGARI, THAI)
