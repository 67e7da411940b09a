//! The scripted calls of `fixtures/calls`: each folder in it is named after the pack that its calls ring.

use crate::caller::{folder, pack};
use lingting::packs::scripted::{Books, play_all};

#[tokio::test(flavor = "multi_thread")]
async fn scripted_calls_go_as_written() {
    let books = Books::make().await.unwrap();
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(folder("fixtures/calls")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            path.is_dir(),
            "{name}: a script lies in the folder of its pack"
        );
        if std::env::var("PACK").is_ok_and(|only| only != name) {
            continue;
        }
        let played = play_all(&path, &pack(&name), &books).await.unwrap();
        assert!(!played.is_empty(), "{name} has no scripted calls");
        for call in played {
            if let Some(difference) = call.difference {
                let (script, story) = (call.name, call.story);
                faults.push(format!("{name}/{script} ({story}): {difference}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
