"""What is to be spoken: sentences that callers of a utility say, each with its kind, in an order that follows from the seed.

    python corpus.py > corpus.jsonl

The packs' own examples and answers are in it (`grammars/`), nothing of `fixtures/` and nothing of any test set. So that
digits do not crowd out the rest of the language (they are ten syllables of four hundred), the shares below are fixed.
"""

import csv
import json
import random
import re
import tomllib

import jieba

from places import DATA, ROOT

SEED = 20261123
# Sentences of each kind for training and, in voices that training never hears, for choosing.
SHARES = {
    "digits": (1400, 0), "digits8": (0, 60), "answer": (400, 60), "name": (200, 10), "address": (700, 15), "quantity": (500, 40),
    "phrase": (800, 30), "talk": (150, 0), "words": (150, 0),
}
# The same of digits one by one, as somebody says them who was misheard.
SLOW = (300, 40)

ANSWERS = """是 是的 是啊 是呀 对 对的 对对 对对对 对啊 嗯 嗯嗯 嗯对 嗯好 哎 哦 啊 好 好的 好啊 好吧 好好好 行 行吧 可以 可以的 没错 没问题 正确
要 要的 需要 想 愿意 有 有的 知道 知道了 明白 明白了 确认 确定 就是 就这样 没了 没有 没有了 不 不是 不是的 不对 不对不对 不要 不用
不用了 不行 不可以 不需要 不想 不知道 不清楚 不记得 不正确 错了 说错了 没 没有没有 没收到 谢谢 谢谢你 再见 转人工 人工 人工服务 找人工
我要人工 人工客服 重复一遍 再说一遍 返回 等一下 等等 稍等 喂 你好 您好 什么 听不清 没听清 取消 算了 查水费 查电费 交费 缴费 报修 停水
停电 漏水 投诉 建议 余额 账单 发票 过户 今天 明天 昨天 上午 下午 晚上 第一个 第二个 两个 都要 都不是 我是 是我 不是我 我的 是这个
不是这个 换一个 对是的 嗯是的 是对的 不不不 好了 行了 可以了 先不用 暂时不用 要人工 有人吗""".split()

BEFORE_NUMBER = """我的户号是 户号是 户号 账号是 号码是 我的电话是 电话是 手机号是 手机号码是 是 嗯 嗯是 就是 表号是 水表号 尾号是 编号是 不对是 不对 不是
后面是 最后几位是 前面是 然后是 应该是 好像是 你记一下 那个""".split()
BEHIND_NUMBER = "对吧 就这个 没了 对 你查一下 谢谢".split()
ROADS = "路 街 大道 东路 西路 南路 北路 中路 大街".split()
PLACES = "小区 花园 新村 公寓 家园 大厦 广场 苑 里 菜场对面 小学旁边 地铁站 医院门口".split()
BEFORE_ADDRESS = ["", "", "我住", "我家在", "地址是", "在", "就是", "我们这里是"]
BEFORE_NAME = ["我叫", "我姓", "户主是", "户名", "名字是", "", "我是", "登记的是"]
DIGITS = "零一二三四五六七八九"
# A digit said twice to four times, and how it is counted.
REPEATED, DIGITS_COUNTED = re.compile(r"(.)\1{1,3}"), {2: "两", 3: "三", 4: "四"}


def by_count(repeated):
    """两个八, 三个零."""
    return ("双" if len(repeated[0]) == 2 and repeated[1] in "四六八九" else DIGITS_COUNTED[len(repeated[0])] + "个") + repeated[1]


def spoken_digits(number, random):
    """Digits as one caller says them: 一 or 幺 throughout, grouped in one of the usual ways."""
    one = random.choice("一幺幺")
    said = "".join(one if digit == "1" else DIGITS[int(digit)] for digit in number)
    if random.random() < 0.12:
        return REPEATED.sub(by_count, said)
    if random.random() < 0.4:
        return said
    size = random.choice([(4, 4, 4), (3, 4, 4), (3, 3, 3, 3), (2,) * 6, (3, 3, 2, 3), (1, 3, 4, 4), (5, 3, 3)])
    groups = []
    for length in size:
        groups.append(said[:length])
        said = said[length:]
    return "，".join(group for group in groups if group)


def number(random, length):
    """Digits of a made-up account, telephone, meter or part of one; twins are as common as people's repairs of them."""
    if length:
        return "".join(random.choices("0123456789", k=length))
    if random.random() < 0.3:
        digits = "1" + random.choice("3456789") + "".join(random.choices("0123456789", k=9))
    else:
        digits = "".join(random.choices("0123456789", k=random.choice([3, 4, 4, 5, 6, 7, 8, 8, 8, 9, 10, 10])))
    if random.random() < 0.5:
        at = random.randrange(1, len(digits))
        count = random.choice([1, 1, 1, 2])
        digits = (digits[:at] + digits[at - 1] * count + digits[at + count:])[:len(digits)]
    return digits


def digits(random, length=None):
    said = spoken_digits(number(random, length), random)
    if random.random() < 0.25:
        said = random.choice(BEFORE_NUMBER) + random.choice(["", "，"]) + said
    if random.random() < 0.08:
        said += "，" + random.choice(BEHIND_NUMBER)
    return said


def one_by_one(random):
    """三，八，零，四: a group of a number, or all of it."""
    one = random.choice("一幺幺")
    said = "".join(random.choices(DIGITS, k=random.choice([3, 4, 4, 4, 5, 6, 8, 8, 10])))
    if random.random() < 0.3:
        at = random.randrange(1, len(said))
        said = said[:at] + said[at - 1] * 2 + said[at + 2:]
    return "，".join(said.replace("一", one))


def cardinal(value):
    """1…9999 as it is said: 三百零五."""
    said, zero = "", False
    for unit, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            said += ("零" if zero else "") + ("" if digit == 1 and unit == 10 and not said else DIGITS[digit]) + place
        zero = digit == 0 and bool(said) if unit > 1 else False
    return said


def figure(random):
    """A number below ten thousand, as often small as large."""
    return cardinal(random.randint(1, random.choice([12, 31, 100, 1000, 9999])))


def amount(random):
    said = figure(random) + random.choice("块块元")
    if random.random() < 0.5:
        said += random.choice([DIGITS[random.randint(1, 9)], DIGITS[random.randint(1, 9)] + "毛", DIGITS[random.randint(1, 9)] + "毛" + DIGITS[random.randint(1, 9)]])
    said = re.sub("^二(?=[百千块元])", random.choice("二两两"), said)
    return said + random.choice(["", "", "钱"])


def month(random):
    year = random.choice(["", "", "", "今年", "去年", "前年", "明年", "二零二" + random.choice("四五六") + "年"])
    named = random.choice(["上个月", "这个月", "本月", "上月", "上上个月", "下个月", "这一期", "上一期", "这期"])
    said = year + cardinal(random.randint(1, 12)) + "月" + random.choice(["", "份"]) if random.random() < 0.7 else named
    if random.random() < 0.2:
        said += random.choice("到至和") + cardinal(random.randint(1, 12)) + "月" + random.choice(["", "份"])
    return said


def day(random):
    week = random.choice(["星期", "礼拜", "周"]) + random.choice("一二三四五六日天")
    named = "今天 明天 昨天 前天 后天 大后天 大前天 月底 月初 今日 明日 昨日 昨晚 今早 明早".split()
    return random.choice([
        lambda: cardinal(random.randint(1, 12)) + "月" + cardinal(random.randint(1, 31)) + random.choice("号号日"),
        lambda: month(random) + cardinal(random.randint(1, 31)) + "号",
        lambda: cardinal(random.randint(1, 31)) + "号",
        lambda: random.choice(["", "上", "下", "这", "上个", "下个", "上上"]) + week,
        lambda: random.choice(named),
        lambda: figure(random) + random.choice(["天前", "天以后", "个星期前", "周前"]),
    ])()


def hour(random):
    part = random.choice(["", "", "上午", "下午", "早上", "晚上", "中午", "凌晨", "傍晚", "半夜"])
    behind = ["", "", "半", "一刻", "三刻", "钟", "整", DIGITS[random.randint(1, 5)] + "十", "零" + DIGITS[random.randint(1, 9)] + "分", figure(random)[-2:] + "分"]
    return part + cardinal(random.randint(1, 24)) + "点" + random.choice(behind)


def quantity(random):
    """Money, months, days and hours, alone or within a few words."""
    said = random.choice([amount, month, day, lambda r: day(r) + hour(r), hour])(random)
    said = random.choice(["", "", "", "嗯", "大概", "应该是", "就是", "是", "我要查", "从"]) + said
    return said + random.choice(["", "", "", "吧", "的", "的账单", "左右", "可以吗", "就行"])


def room(random):
    value = random.choice([random.randint(1, 40), random.randint(101, 2999)])
    if value > 100 and random.random() < 0.7:
        return "".join(DIGITS[int(d)] for d in str(value)).replace("一", random.choice("一幺"))
    return cardinal(value)


def address(random, streets):
    street = re.sub("(街道|镇|乡|地区|办事处|苏木)$", "", random.choice(streets))
    said = random.choice(BEFORE_ADDRESS) + street
    said += "" if said.endswith(("路", "街")) or random.random() < 0.1 else random.choice(ROADS)
    for unit, share in (("弄", 0.5), ("号", 0.8), ("号楼", 0.15), ("单元", 0.2), ("室", 0.6)):
        if random.random() < share:
            said += room(random) + unit
    return said if random.random() < 0.7 else said + random.choice(PLACES)


def name(random, names, families):
    family = random.choices(families, [math_root(f[1]) for f in families])[0][0]
    given = random.choice(names["male"] + names["female"])
    if random.random() < 0.2:
        return random.choice(["我姓", "免贵姓", "姓"]) + family
    return random.choice(BEFORE_NAME) + family + given


def math_root(frequency):
    """Rare surnames are heard oftener than they are met, so that their syllables are learned."""
    return float(frequency) ** 0.4


def pack_sentences():
    """Examples of the packs' intents, and questions and answers of their FAQ in clauses."""
    phrases, talk = set(), set()
    for path in sorted(ROOT.glob("grammars/*/intents.toml")):
        for intent in tomllib.loads(path.read_text())["intent"]:
            phrases.update(intent["examples"])
    for path in sorted(ROOT.glob("grammars/*/faq.toml")):
        for entry in tomllib.loads(path.read_text())["faq"]:
            phrases.update(entry["questions"])
            talk.update(re.split("[，。；？！]", entry["answer"]))
    chinese = re.compile("[\u4e00-\u9fff，]+")
    return [sorted(s for s in some if chinese.fullmatch(s) and 3 <= len(s) <= 18) for some in (phrases, talk)]


def word_rows():
    """Common words of any kind, for syllables that callers of a utility seldom say."""
    jieba.initialize()
    frequent = sorted(jieba.dt.FREQ.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, _ in frequent[:20000] if len(word) in (2, 3) and re.fullmatch("[\u4e00-\u9fff]+", word)]


def makers(random):
    with open(DATA / "text/cn_divisions/streets_pilot_cities.tsv") as table:
        streets = [row["street_or_town"] for row in csv.DictReader(table, delimiter="\t")]
    with open(DATA / "text/cn_names/family_names.tsv") as table:
        families = [(row["NameB"], row["TF"]) for row in csv.DictReader(table, delimiter="\t")][:300]
    names = json.loads((DATA / "text/cn_names/faker_zh_CN_given_surnames.json").read_text())
    phrases, talk = pack_sentences()
    words = word_rows()
    return {
        "digits": lambda: digits(random),
        "digits8": lambda: digits(random, 8),
        "answer": lambda: random.choice(ANSWERS),
        "name": lambda: name(random, names, families),
        "address": lambda: address(random, streets),
        "quantity": lambda: quantity(random),
        "phrase": lambda: random.choice(phrases),
        "talk": lambda: random.choice(talk),
        "words": lambda: "，".join("".join(random.sample(words, k=2)) for _ in range(3)),
    }


def main():
    chance = random.Random(SEED)
    make = makers(chance)
    rows = []
    for kind, (train, validation) in SHARES.items():
        rows += [{"kind": kind, "text": make[kind](), "part": "train"} for _ in range(train)]
        rows += [{"kind": kind, "text": make[kind](), "part": "validation"} for _ in range(validation)]
    chance.shuffle(rows)
    for part, count in zip(("train", "validation"), SLOW):
        rows += [{"kind": "slow", "text": one_by_one(chance), "part": part} for _ in range(count)]
    for index, row in enumerate(rows):
        print(json.dumps({"id": f"{index:04}", **row}, ensure_ascii=False))


if __name__ == "__main__":
    main()
