//! From text to syllables: words first, then the reading of each character within its word.

use super::plain::is_han;
use super::reading::{self, Readings};
use super::syllable::Syllable;
use jieba_rs::Jieba;
use std::ops::Range;
use std::sync::LazyLock;

/// One syllable and the characters it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct SpokenSyllable {
    /// The sound.
    pub syllable: Syllable,
    /// Another sound that is as good: 1 is yi1 or yao1, 2 is er4 or liang3.
    pub also: Option<Syllable>,
    /// Characters (not bytes) of the text: one for a Chinese character or a digit; a letter may have several syllables.
    pub chars: Range<usize>,
}

/// A word of the text with its sound; no syllables for punctuation and what cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As written.
    pub text: String,
    /// Its sound.
    pub syllables: Vec<SpokenSyllable>,
}

/// Words and readings. The built-in ones serve most texts; a pack adds its streets and terms to its own.
#[derive(Debug, Clone)]
pub struct Lexicon {
    jieba: Jieba,
    readings: Readings,
}

static BUILT_IN: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon {
        jieba: Jieba::new(),
        readings: Readings::built_in(),
    };
    for word in TERMS.split_whitespace() {
        lexicon.add_word(word);
    }
    lexicon
});

/// Words of utilities that a general dictionary cuts in two.
const TERMS: &str = "水费 电费 气费 热费 水表 电表 水表号 户号 户名 抄表 抄表员 缴费 欠费 补缴 缴费单 账单 户主 过户 报修 报装 爆管 \
    停水 停电 停气 停暖 供水 供热 水压 漏水 漏电 跳闸 水管 表箱 表井 阶梯水价 水价 违约金 滞纳金 转人工 人工客服 \
    工单 催办 回访 派单 办结 弄口 给水表 自来水 二次供水 营业厅 水厂 公交卡 末班车 首班车 失物招领";

/// Syllables of a text by the built-in words and readings.
pub fn syllables(text: &str) -> Vec<SpokenSyllable> {
    Lexicon::built_in().syllables(text)
}

/// Whether the whole text is one word of the built-in dictionary, and no person's name: 方便, not 方建国.
pub fn is_common_word(text: &str) -> bool {
    Lexicon::built_in().is_common_word(text)
}

impl Lexicon {
    /// The built-in words and readings, shared by all.
    pub fn built_in() -> &'static Lexicon {
        &BUILT_IN
    }

    /// Adds a word: it will not be cut. Its characters keep their usual readings.
    pub fn add_word(&mut self, word: &str) {
        self.jieba.add_word(word, None, None);
    }

    /// Adds a word whose reading is not the usual one, a syllable for each character: `add_reading("大栅栏", …)`.
    pub fn add_reading(&mut self, word: &str, syllables: &[Syllable]) {
        self.add_word(word);
        for (c, &syllable) in word.chars().zip(syllables) {
            self.readings.add(c, syllable, word);
        }
    }

    /// Cuts a text into words. Nothing is lost: the words in a row are the text.
    pub fn cut<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.jieba
            .cut(text, true)
            .into_iter()
            .map(|token| token.word)
            .collect()
    }

    /// Whether the whole text is one word of the dictionary, and no person's name.
    pub fn is_common_word(&self, text: &str) -> bool {
        let words = self.jieba.tag(text, false);
        let is_one = matches!(words.as_slice(), [word] if !word.tag.starts_with("nr"));
        is_one && text.chars().nth(1).is_some()
    }

    /// The words of a text with their sound.
    pub fn words(&self, text: &str) -> Vec<Word> {
        let cut = self.cut(text);
        let chars: Vec<char> = text.chars().collect();
        let readings = self.read_han(&chars, &cut);
        let mut at = 0;
        cut.into_iter()
            .map(|word| {
                let end = at + word.chars().count();
                let syllables = (at..end)
                    .flat_map(|index| spoken(chars[index], readings[index], index))
                    .collect();
                at = end;
                Word {
                    text: word.to_owned(),
                    syllables,
                }
            })
            .collect()
    }

    /// The syllables of a text in order. Punctuation and what cannot be read have none.
    pub fn syllables(&self, text: &str) -> Vec<SpokenSyllable> {
        self.words(text)
            .into_iter()
            .flat_map(|word| word.syllables)
            .collect()
    }

    /// Reading of every Chinese character, `None` for the others.
    fn read_han(&self, chars: &[char], cut: &[&str]) -> Vec<Option<Syllable>> {
        let mut word_of = Vec::with_capacity(chars.len());
        for (number, word) in cut.iter().enumerate() {
            word_of.extend(word.chars().map(|_| number));
        }
        (0..chars.len())
            .map(|index| match is_han(chars[index]) {
                true => self
                    .readings
                    .by_word(chars, &word_of, index)
                    .or_else(|| reading::by_context(chars, index))
                    .or_else(|| self.readings.usual(chars[index])),
                false => None,
            })
            .collect()
    }
}

/// Syllables of one character.
fn spoken(c: char, han: Option<Syllable>, index: usize) -> Vec<SpokenSyllable> {
    let one = |syllable, also| SpokenSyllable {
        syllable,
        also,
        chars: index..index + 1,
    };
    if let Some(syllable) = han {
        return vec![one(syllable, None)];
    }
    if let Some((syllable, also)) = reading::digit(c) {
        return vec![one(syllable, also)];
    }
    reading::letter(c)
        .into_iter()
        .map(|syllable| one(syllable, None))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pinyin(text: &str) -> String {
        let said: Vec<String> = syllables(text)
            .iter()
            .map(|s| s.syllable.to_string())
            .collect();
        said.join(" ")
    }

    #[test]
    fn polyphones_are_read_by_word() {
        let read = [
            ("缴费", "jiao3 fei4"),
            ("抄表", "chao1 biao3"),
            ("重新重要", "chong2 xin1 zhong4 yao4"),
            ("长度市长", "chang2 du4 shi4 zhang3"),
            ("银行行不行", "yin2 hang2 xing2 bu4 xing2"),
            ("转人工", "zhuan3 ren2 gong1"),
            ("空调调度", "kong1 tiao2 diao4 du4"),
            ("还款还没到", "huan2 kuan3 hai2 mei2 dao4"),
            ("我得去", "wo3 dei3 qu4"),
            ("我得到了", "wo3 de2 dao4 le5"),
            ("觉得", "jue2 de5"),
            ("给水表拍照", "gei3 shui3 biao3 pai1 zhao4"),
            ("校准水表", "jiao4 zhun3 shui3 biao3"),
            ("管道堵塞", "guan3 dao4 du3 se4"),
            ("水费差额", "shui3 fei4 cha1 e2"),
            ("受不了了", "shou4 bu4 liao3 le5"),
            ("了解一下", "liao3 jie3 yi1 xia4"),
            ("会计算", "hui4 ji4 suan4"),
        ];
        for (text, expected) in read {
            assert_eq!(pinyin(text), expected, "{text}");
        }
    }

    #[test]
    fn context_decides_where_the_word_does_not() {
        let read = [
            ("国权路525弄", "guo2 quan2 lu4 wu3 er4 wu3 long4"),
            ("十五弄三号", "shi2 wu3 long4 san1 hao4"),
            ("弄", "long4"),
            ("弄错了", "nong4 cuo4 le5"),
            ("水表一直在转", "shui3 biao3 yi1 zhi2 zai4 zhuan4"),
            ("水费转账", "shui3 fei4 zhuan3 zhang4"),
            ("单先生", "shan4 xian1 sheng5"),
            ("我姓查", "wo3 xing4 zha1"),
            ("查水费", "cha2 shui3 fei4"),
            ("为您查询", "wei4 nin2 cha2 xun2"),
            ("余额为零", "yu2 e2 wei2 ling2"),
        ];
        for (text, expected) in read {
            assert_eq!(pinyin(text), expected, "{text}");
        }
    }

    #[test]
    fn digits_and_letters_have_a_sound() {
        assert_eq!(pinyin("K59路"), "kei4 wu3 jiu3 lu4");
        let one = &syllables("1")[0];
        assert_eq!(one.syllable.to_string(), "yi1");
        assert_eq!(one.also.unwrap().to_string(), "yao1");
    }

    #[test]
    fn each_syllable_knows_its_characters() {
        let places: Vec<_> = syllables("查，W水")
            .into_iter()
            .map(|s| (s.syllable.to_string(), s.chars))
            .collect();
        let expected = [
            ("cha2", 0..1),
            ("da2", 2..3),
            ("bu5", 2..3),
            ("liu4", 2..3),
            ("shui3", 3..4),
        ];
        assert_eq!(places, expected.map(|(p, chars)| (p.to_owned(), chars)));
    }

    #[test]
    fn a_pack_adds_its_own_words_and_readings() {
        let mut lexicon = Lexicon::built_in().clone();
        lexicon.add_reading(
            "行唐路",
            &["hang2", "tang2", "lu4"].map(|p| p.parse().unwrap()),
        );
        assert_eq!(lexicon.cut("在行唐路口"), ["在", "行唐路", "口"]);
        assert_eq!(lexicon.syllables("行唐路")[0].syllable.to_string(), "hang2");
        assert_eq!(syllables("行唐路")[0].syllable.to_string(), "xing2");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_without_loss_and_its_syllables_lie_within_it(text in "[查水费转弄行长0-9A-Za-z，。 得地了\\PC]{0,40}") {
            let lexicon = Lexicon::built_in();
            prop_assert_eq!(lexicon.cut(&text).concat(), text.clone());
            let length = text.chars().count();
            let mut last = 0;
            for spoken in lexicon.syllables(&text) {
                prop_assert!(spoken.chars.start >= last && spoken.chars.end <= length);
                last = spoken.chars.start;
            }
        }
    }
}
