//! Packs as their authors change them: common questions within the day, everything else by publishing.

#[path = "support/folder.rs"]
mod folder;

use chrono::NaiveDate;
use folder::copy;
use lingting::compute::Pool;
use lingting::config::PackChoice;
use lingting::dialogue::Pack;
use lingting::models::Folder;
use lingting::nlu::{Encoder, FaqEntry};
use lingting::packs::Packs;
use lingting::packs::scripted::What;
use lingting::store::{FaqChange, Store};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

static ENCODER: LazyLock<Arc<Encoder>> =
    LazyLock::new(|| Encoder::open(&Folder::locate(None)).unwrap());

/// The water pack in a folder of its own, with two scripted calls.
struct Author {
    folder: TempDir,
    packs: Packs,
    store: Store,
}

impl Author {
    async fn begin() -> Author {
        let folder = tempfile::tempdir().unwrap();
        for part in ["grammars/common", "grammars/water"] {
            copy(Path::new(part), &folder.path().join(part));
        }
        let scripts = folder.path().join("calls/water");
        std::fs::create_dir_all(&scripts).unwrap();
        for script in ["faq.toml", "suggestion.toml"] {
            let from = Path::new("fixtures/calls/water").join(script);
            std::fs::copy(from, scripts.join(script)).unwrap();
        }
        Author::come_back(folder).await
    }

    /// The program starts again.
    async fn come_back(folder: TempDir) -> Author {
        let store = Store::open(&folder.path().join("data")).await.unwrap();
        let choice = PackChoice {
            name: "water".into(),
            folder: folder.path().join("grammars"),
            scripts: folder.path().join("calls"),
        };
        let changes = store.faq_changes().clone();
        let packs = Packs::new(choice, ENCODER.clone(), Arc::new(Pool::new(1, 16)), changes);
        packs.current("water").await.unwrap();
        Author {
            folder,
            packs,
            store,
        }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("grammars/water").join(file)
    }

    fn replace(&self, file: &str, text: &str, by: &str) {
        let content = std::fs::read_to_string(self.path(file)).unwrap();
        assert!(content.contains(text), "{file} does not hold {text}");
        std::fs::write(self.path(file), content.replacen(text, by, 1)).unwrap();
    }

    async fn current(&self) -> Arc<Pack> {
        self.packs.current("water").await.unwrap()
    }

    async fn entry(&self, id: &str) -> FaqEntry {
        let pack = self.current().await;
        let mut entries = pack.faq_entries().iter();
        entries.find(|entry| entry.id == id).unwrap().clone()
    }

    async fn changes(&self) -> Vec<FaqChange> {
        let changes = self.packs.faq_changes("water", None, 50).await;
        changes.unwrap()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn answer(pack: &Pack, question: &str) -> String {
    let answer = pack.faq(question, day("2026-11-23"));
    answer.map(|answer| answer.answer).unwrap_or_default()
}

const PRICE: &str = "水费多少钱一吨";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_changed_on_the_disk_is_for_the_next_call() {
    let author = Author::begin().await;
    let in_progress = author.current().await;
    author.replace("faq.toml", "三元四角五分", "三元六角");
    author.packs.refresh().await.unwrap();
    let next = author.current().await;
    assert!(answer(&next, PRICE).contains("三元六角"));
    assert!(answer(&in_progress, PRICE).contains("三元四角五分"));
    assert_ne!(next.version, in_progress.version);
    let changes = author.changes().await;
    assert_eq!((changes.len(), changes[0].entry.as_str()), (1, "price"));
    assert_eq!(changes[0].author, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_refused_and_the_old_answers_stay() {
    let author = Author::begin().await;
    author.replace("faq.toml", "id = \"price\"", "id = \"price");
    author.packs.refresh().await.unwrap();
    let fault = author.packs.faq_fault("water").await.unwrap().unwrap();
    assert!(fault.contains("faq.toml:5:"), "{fault}");
    assert!(answer(&*author.current().await, PRICE).contains("三元四角五分"));
    // Nor is it overwritten by an edit.
    let entry = author.entry("hours").await;
    let error = author.packs.change_faq("water", entry, "王芳").await;
    assert!(error.unwrap_err().to_string().contains("faq.toml:5:"));

    author.replace("faq.toml", "id = \"price", "id = \"price\"");
    author.packs.refresh().await.unwrap();
    assert_eq!(author.packs.faq_fault("water").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changed_what_is_kept_whichever_way_it_was_changed() {
    let author = Author::begin().await;
    let mut entry = author.entry("hours").await;
    let before = entry.clone();
    entry.answer = "营业厅每天早上九点开门。".into();
    entry.questions.push("礼拜天开门吗".into());
    let pack = author
        .packs
        .change_faq("water", entry.clone(), " 王芳 ")
        .await
        .unwrap();
    assert_eq!(answer(&pack, "礼拜天你们开门吗"), entry.answer);
    let text = std::fs::read_to_string(author.path("faq.toml")).unwrap();
    assert!(text.contains("九点开门") && text.starts_with("# Questions"));
    // The same again changes nothing.
    author
        .packs
        .change_faq("water", entry.clone(), "李强")
        .await
        .unwrap();

    let Author {
        folder,
        packs,
        store,
    } = author;
    drop((packs, store));
    let path = folder.path().join("grammars/water/faq.toml");
    std::fs::write(&path, text.replace("三元四角五分", "三元六角")).unwrap();
    let author = Author::come_back(folder).await;
    let changes = author.changes().await;
    let seen: Vec<_> = changes
        .iter()
        .map(|c| (c.entry.as_str(), c.author.as_deref()))
        .collect();
    assert_eq!(seen, [("price", None), ("hours", Some("王芳"))]);
    assert_eq!(changes[1].before, Some(serde_json::json!(before)));
    assert_eq!(changes[1].after, Some(serde_json::json!(entry)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_was_taken_out_of_the_file_is_recorded_with_its_last_words() {
    let author = Author::begin().await;
    let last = author.current().await.faq_entries().last().unwrap().clone();
    let text = std::fs::read_to_string(author.path("faq.toml")).unwrap();
    let place = text.rfind("[[faq]]").unwrap();
    std::fs::write(author.path("faq.toml"), &text[..place]).unwrap();
    author.packs.refresh().await.unwrap();
    let changes = author.changes().await;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].before, Some(serde_json::json!(last)));
    assert_eq!(changes[0].after, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_entry_answers_within_its_dates() {
    let author = Author::begin().await;
    let entry = FaqEntry {
        id: "frost".into(),
        questions: vec!["水表会不会冻裂".into(), "水表防冻怎么做".into()],
        answer: "请用旧棉布把水表包好。".into(),
        sms: None,
        from: Some(day("2026-12-01")),
        until: Some(day("2027-02-28")),
    };
    let pack = author
        .packs
        .change_faq("water", entry.clone(), "王芳")
        .await
        .unwrap();
    let asked = |date| {
        pack.faq("水表冬天会冻裂吗", day(date))
            .map(|answer| answer.id)
    };
    assert_eq!(asked("2026-12-01").as_deref(), Some("frost"));
    assert_ne!(asked("2026-11-30").as_deref(), Some("frost"));
    let nameless = author.packs.change_faq("water", entry, " ").await;
    assert!(nameless.unwrap_err().to_string().contains("author"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_whose_calls_go_as_written_is_published() {
    let author = Author::begin().await;
    let in_progress = author.current().await;
    author.replace("../common/flows/suggestion.toml", "您请讲。", "您请讲吧。");
    assert!(author.packs.is_outdated("water").await.unwrap());
    author.packs.refresh().await.unwrap();
    assert_eq!(author.current().await.version, in_progress.version);

    let published = author.packs.publish("water").await.unwrap();
    assert!(
        published.published && published.scripts.len() == 2,
        "{published:?}"
    );
    let next = author.current().await;
    assert_eq!(next.version, published.version);
    assert_ne!(next.version, in_progress.version);
    assert!(
        next.fixed_texts().contains("您请讲吧。")
            && !in_progress.fixed_texts().contains("您请讲吧。")
    );
    assert!(!author.packs.is_outdated("water").await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_whose_calls_go_another_way_is_not_published() {
    let author = Author::begin().await;
    let before = author.current().await.version.clone();
    author.replace("pack.toml", "还有什么可以帮您", "还有别的事吗");
    let tried = author.packs.publish("water").await.unwrap();
    assert!(!tried.published);
    let faq = tried
        .scripts
        .iter()
        .find(|played| played.name == "faq")
        .unwrap();
    let difference = faq.difference.as_ref().unwrap();
    assert_eq!(difference.turn, Some(1));
    let wanted = "还有什么可以帮您".to_owned();
    assert_eq!(difference.what, What::NotSaid { wanted });
    assert_eq!(author.current().await.version, before);

    author.replace("pack.toml", "title = ", "titel = ");
    let error = author.packs.publish("water").await.unwrap_err().to_string();
    assert!(
        error.contains("pack.toml:") && error.contains("titel"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_pack_is_named() {
    let author = Author::begin().await;
    assert_eq!(author.packs.names().unwrap(), ["water"]);
    for name in ["gas", "../water", "common", ""] {
        let error = author.packs.current(name).await.unwrap_err();
        assert_eq!(error.to_string(), format!("there is no pack {name:?}"));
    }
}
