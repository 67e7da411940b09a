//! Models: from the manifest and the registries in, files that an engine can load out.

pub mod ctranslate2;
