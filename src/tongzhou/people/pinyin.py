"""The sound of a name, so that 单晓 is found by typing shanxiao, sx or xiao."""

from __future__ import annotations

import unicodedata

# Characters whose reading as a surname is not the one the dictionary gives for the character alone.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge", "折": "she",
    "洗": "xian", "翟": "zhai", "覃": "qin", "召": "shao", "种": "chong", "重": "chong", "员": "yun", "缪": "miao",
    "秘": "bi", "能": "nai", "么": "yao", "郇": "xun", "乜": "nie", "黑": "he", "繁": "po", "句": "gou", "阚": "kan",
    "隗": "wei", "牟": "mu", "祭": "zhai", "卜": "bu", "薄": "bo", "都": "du", "乐": "yue", "粘": "nian", "不": "fou",
    "褶": "xi", "任": "ren", "华": "hua", "燕": "yan", "葛": "ge", "宁": "ning", "应": "ying", "令": "ling", "纪": "ji",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟", "万俟", "澹台", "单于", "长孙", "皇甫", "令狐", "宰父", "谷梁", "拓跋", "夹谷", "亓官",
    "乐正", "漆雕", "公冶", "濮阳", "淳于", "太叔", "申屠", "公孙", "仲孙", "轩辕", "钟离", "宇文",
    "慕容", "鲜于", "闾丘", "司徒", "司空", "司马", "上官", "欧阳", "夏侯", "诸葛", "闻人", "东方",
    "赫连", "东郭", "南宫", "西门", "独孤", "端木", "百里", "呼延", "左丘", "第五", "段干", "羊舌",
}  # fmt: skip
MISREAD_COMPOUNDS = {"乐正": ["yue", "zheng"]}
LONGEST = 200


def pinyin_of(name: str) -> str:
    """What the search compares with: whole name, initials, given name. 林悦 → ``linyue ly yue``."""
    surname, given = syllables(name)
    words = ("".join(surname + given), "".join(part[0] for part in surname + given), "".join(given))
    return " ".join(dict.fromkeys(word for word in words if word))[:LONGEST]


def syllables(name: str) -> tuple[list[str], list[str]]:
    """The sounds of surname and given name; a name in letters has its words for syllables."""
    name = name.strip()
    if not name or not _is_chinese(name[0]):
        parts = _read(name)
        return parts[:1], parts[1:]
    # 任重 is 任 + 重: a compound surname has a given name behind it.
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return MISREAD_COMPOUNDS.get(name[:2]) or _read(name[:2]), _read(name[2:])
    return [SURNAMES[name[0]]] if name[0] in SURNAMES else _read(name[0]), _read(name[1:])


def sound_of(text: str) -> str:
    """How any text sounds: 市场部 → ``shichangbu``."""
    return "".join(_read(text))


def initials_of(text: str) -> str:
    """The first letters of a text: 市场部 → ``scb``."""
    return "".join(part[0] for part in _read(text))


def sound_key(text: str) -> str:
    """Letters and digits only, in lower case and without accents: how sounds and what somebody typed are compared."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in bare if char.isalnum() and char < "\u0250")


def _read(text: str) -> list[str]:
    """A syllable for each Chinese character, the rest word by word; what has no sound is left out."""
    # Loaded with the first name that is read: it costs the start of the web process nothing.
    from pypinyin import lazy_pinyin

    words = (word for part in lazy_pinyin(text, v_to_u=False) for word in part.replace("·", " ").split())
    return [key for word in words if (key := sound_key(word))]


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or ord(char) >= 0x20000
