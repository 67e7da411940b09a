//! Tokens to text and back, and the words that are listened for.

use crate::models::whisper_vocabulary::Vocabulary;
use std::sync::Arc;

/// The text tokens of the cut vocabulary.
pub struct Texts {
    bytes: Arc<[Vec<u8>]>,
}

impl Texts {
    /// Out of the vocabulary beside the graphs.
    pub fn new(vocabulary: &Vocabulary) -> Texts {
        Texts {
            bytes: vocabulary.text_bytes().collect(),
        }
    }

    /// Bytes of each token, by index.
    pub fn bytes(&self) -> Arc<[Vec<u8>]> {
        Arc::clone(&self.bytes)
    }

    /// The text of tokens; bytes that are no text become U+FFFD.
    pub fn decode(&self, tokens: &[usize]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|&token| &self.bytes[token])
            .copied()
            .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Heard in every state of a call.
const EVERYWHERE: [&str; 15] = [
    "转人工",
    "人工",
    "人工服务",
    "人工客服",
    "找人工",
    "我要",
    "我想",
    "请",
    "帮我",
    "再说一遍",
    "重复一遍",
    "返回",
    "没有了",
    "等一下",
    "等等",
];

/// Words around a value that was asked for.
const CARRIERS: [&str; 40] = [
    "我的",
    "我",
    "户号",
    "账号",
    "帐号",
    "编号",
    "表号",
    "号码",
    "电话",
    "手机",
    "手机号",
    "手机号码",
    "电话号码",
    "尾号",
    "是",
    "就是",
    "应该是",
    "好像是",
    "前面是",
    "后面是",
    "后面",
    "然后",
    "不对",
    "不是",
    "错了",
    "说错了",
    "对",
    "嗯",
    "呃",
    "啊",
    "那个",
    "这个",
    "不知道",
    "不记得",
    "忘了",
    "没有",
    "没带",
    "喂",
    "你好",
    "好",
];

/// What may be written where a string of digits was asked for: digits, and the words around them.
pub fn digit_words() -> impl Iterator<Item = &'static str> {
    const DIGITS: [&str; 17] = [
        "零", "幺", "一", "二", "两", "三", "四", "五", "六", "七", "八", "九", "两个", "三个",
        "四个", "五个", "双",
    ];
    DIGITS.into_iter().chain(value_words())
}

/// What may be written around a value of a grammar: words before it and behind it, and what is heard in every state.
pub fn value_words() -> impl Iterator<Item = &'static str> {
    CARRIERS.into_iter().chain(EVERYWHERE)
}

/// What is listened for first where yes or no was asked for.
pub fn yes_no_words() -> impl Iterator<Item = &'static str> {
    const ANSWERS: [&str; 24] = [
        "是",
        "是的",
        "对",
        "对的",
        "对对",
        "没错",
        "好",
        "好的",
        "可以",
        "行",
        "嗯",
        "要",
        "需要",
        "正确",
        "不",
        "不是",
        "不对",
        "不要",
        "不用",
        "不行",
        "不用了",
        "错了",
        "没有",
        "不正确",
    ];
    ANSWERS.into_iter().chain(EVERYWHERE)
}

/// Whole answers to a question for yes or no, as their syllables are told from each other.
pub fn answer_words() -> impl Iterator<Item = &'static str> {
    const MORE: [&str; 34] = [
        "是啊",
        "是呀",
        "是的是的",
        "对啊",
        "对呀",
        "对对对",
        "对是的",
        "好了",
        "好啊",
        "好吧",
        "好好",
        "嗯嗯",
        "嗯好",
        "嗯对",
        "行吧",
        "可以的",
        "要的",
        "有",
        "有的",
        "没问题",
        "确认",
        "不是的",
        "不是不是",
        "不对不对",
        "不可以",
        "不需要",
        "不想",
        "不知道",
        "没",
        "没有没有",
        "说错了",
        "知道了",
        "知道",
        "明白",
    ];
    yes_no_words().chain(MORE)
}
