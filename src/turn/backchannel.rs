//! Small words that say "I am listening" and not "I want to speak".

/// Whether a text is nothing but small words of a listener: 嗯、哦、好的.
///
/// Such words over a prompt do not interrupt it. They are answers where yes or no was asked; the caller of this
/// function knows.
pub fn is_backchannel(text: &str) -> bool {
    const SMALL: [&str; 12] = [
        "嗯", "恩", "哦", "噢", "喔", "啊", "呃", "额", "唔", "好", "的", "是",
    ];
    let mut heard = false;
    for character in text.chars() {
        if SMALL.iter().any(|small| small.starts_with(character)) {
            heard = true;
        } else if character.is_alphanumeric() {
            return false;
        }
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::is_backchannel;

    #[test]
    fn small_words_are_back_channels_and_wishes_are_not() {
        for text in ["嗯", "嗯，好的。", "哦哦", "是的"] {
            assert!(is_backchannel(text), "{text}");
        }
        for text in ["", "，", "好的我要转人工", "不是", "嗯不对"] {
            assert!(!is_backchannel(text), "{text}");
        }
    }
}
