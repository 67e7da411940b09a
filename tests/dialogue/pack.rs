//! A pack with a mistake is not taken; the error names the file and the line.

use crate::caller::{encoder, folder, water};
use lingting::dialogue::Pack;
use std::path::{Path, PathBuf};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Copies the water pack and what packs share into a folder, and gives where they are.
fn copy_packs(to: &Path) -> (PathBuf, PathBuf) {
    copy(&folder("grammars"), to);
    (to.join("water"), to.join("common"))
}

/// Loads the water pack with one text of one file replaced, and gives the error.
fn spoiled(file: &str, text: &str, by: &str) -> String {
    let packs = tempfile::tempdir().unwrap();
    let (pack, common) = copy_packs(packs.path());
    let path = pack.join(file);
    let content = std::fs::read_to_string(&path).unwrap();
    assert!(content.contains(text), "{file} does not hold {text:?}");
    std::fs::write(&path, content.replacen(text, by, 1)).unwrap();
    let error = Pack::load(&pack, &common, encoder()).unwrap_err();
    error.to_string()
}

fn names(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{error:?} does not hold {part:?}");
    }
}

#[test]
fn a_step_that_leads_nowhere_is_named() {
    let error = spoiled(
        "flows/bill_lookup.toml",
        "not_found = \"no_bill\"",
        "not_found = \"no_bil\"",
    );
    names(&error, &["bill_lookup.toml:6:", "no_bil", "no_bill"]);
}

#[test]
fn a_misspelt_key_is_named() {
    let error = spoiled("flows/repair.toml", "ask = \"since\"", "aks = \"since\"");
    names(&error, &["repair.toml:", "aks"]);
}

#[test]
fn a_step_with_two_verbs_is_refused() {
    let error = spoiled(
        "../common/flows/link.toml",
        "ask = \"phone\"",
        "ask = \"phone\"\nhandoff = \"x\"",
    );
    names(&error, &["link.toml:", "`ask`", "`handoff`"]);
}

#[test]
fn an_unknown_slot_is_named() {
    let error = spoiled("flows/repair.toml", "ask = \"since\"", "ask = \"sinse\"");
    names(&error, &["repair.toml:", "sinse", "pack.toml"]);
}

#[test]
fn a_field_that_the_back_office_does_not_know_is_named() {
    let error = spoiled(
        "flows/repair.toml",
        "since = \"{since}\", ",
        "sinse = \"{since}\", ",
    );
    names(&error, &["repair.toml:", "sinse"]);
}

#[test]
fn a_place_that_nothing_fills_is_named() {
    let error = spoiled("flows/bill_lookup.toml", "{bill.usage}", "{bil.usage}");
    names(&error, &["bill_lookup.toml:", "bil.usage"]);
}

#[test]
fn a_flow_that_runs_itself_is_refused() {
    let error = spoiled(
        "flows/account.toml",
        "id = \"by_address\"\nask = \"address\"\nsay = [\"没关系，请说您家的地址。\", \"请说路名、弄号，还有室号。\"]",
        "id = \"by_address\"\nrun = \"bill_lookup\"",
    );
    names(&error, &["account", "back into itself"]);
}

#[test]
fn a_mistake_in_a_shared_flow_is_named_with_its_file_and_line() {
    let error = spoiled(
        "../common/flows/suggestion.toml",
        "ask = \"description\"",
        "ask = \"descripton\"",
    );
    names(&error, &["common/flows/suggestion.toml:3:", "descripton"]);
}

#[test]
fn a_flow_of_the_pack_takes_the_place_of_a_shared_one() {
    let packs = tempfile::tempdir().unwrap();
    let (pack, common) = copy_packs(packs.path());
    let shared = std::fs::read_to_string(common.join("flows/suggestion.toml")).unwrap();
    let own = shared.replace("谢谢您，建议已经记下。", "您的主意真好。");
    std::fs::write(pack.join("flows/suggestion.toml"), own).unwrap();
    let texts = Pack::load(&pack, &common, encoder()).unwrap().fixed_texts();
    assert!(texts.contains("您的主意真好。") && !texts.contains("建议已经记下。"));
}

#[test]
fn a_pack_takes_only_the_shared_flows_that_it_needs() {
    assert!(water().fixed_texts().contains("请看短信。"));
    assert!(
        !crate::caller::pack("bus")
            .fixed_texts()
            .contains("请看短信。")
    );
}

#[test]
fn an_emergency_is_an_intent_that_its_flow_serves() {
    for (emergency, why) in [("repair.brust", "no intent"), ("payment", "not served")] {
        let error = spoiled(
            "flows/repair.toml",
            "emergency = [\"repair.burst\"]",
            &format!("emergency = [{emergency:?}]"),
        );
        names(&error, &["repair.toml:", emergency, why]);
    }
}

#[test]
fn a_missing_text_of_the_pack_is_named() {
    let error = spoiled("pack.toml", "goodbye = ", "goodby = ");
    names(&error, &["pack.toml:", "goodby"]);
}

#[test]
fn a_slot_that_nothing_understands_is_named_with_its_line() {
    let error = spoiled("pack.toml", "[slot.month]", "[slot.moonth]");
    names(&error, &[".toml:", "month"]);
}

#[test]
fn what_hangs_on_no_value_can_be_spoken_before_the_first_call() {
    let (texts, openings) = (water().fixed_texts(), water().openings());
    for text in [
        "本次通话会录音。",
        "请说八位户号。",
        "正在为您转接。",
        "对吗？",
    ] {
        assert!(texts.contains(text), "{text}");
    }
    assert!(openings.contains("户号是") && openings.contains("地址是"));
    assert!(
        texts
            .iter()
            .chain(&openings)
            .all(|text| !text.contains('{'))
    );
}

#[test]
fn a_changed_file_changes_the_version() {
    let packs = tempfile::tempdir().unwrap();
    let (pack, common) = copy_packs(packs.path());
    let before = Pack::load(&pack, &common, encoder()).unwrap().version;
    let path = common.join("flows/suggestion.toml");
    let content = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, content.replace("您请讲。", "请讲。")).unwrap();
    assert_ne!(
        Pack::load(&pack, &common, encoder()).unwrap().version,
        before
    );
}
