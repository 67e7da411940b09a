//! A domain pack: everything that makes the front desk of one kind of utility.

use super::check;
use super::flow::{Flow, Step, Verb};
use super::settings::{Settings, SlotSettings};
use super::template::Texts;
use super::version::{Files, files_below};
use super::{PackError, template::Template};
use crate::event::CheckRule;
use crate::mandarin::{Phrasing, Spelling};
use crate::nlu::{Encoder, FaqAnswer, FaqEntry, Language, Senses};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The file of the common questions, in the pack's folder.
const FAQ: &str = "faq.toml";

/// A loaded and checked domain pack.
pub struct Pack {
    /// Its id: the folder's name, `water`.
    pub name: String,
    /// Name of the voice that speaks: `zf_xiaobei`.
    pub voice: String,
    /// Rate of speech; 1.0 is the voice's own.
    pub speed: f32,
    /// SHA-256 over names and contents of all files of the pack and of the files that packs share, in hexadecimal.
    pub version: String,
    pub(crate) settings: Arc<Settings>,
    pub(crate) flows: Arc<BTreeMap<String, Flow>>,
    pub(crate) language: Language,
    /// What an English caller hears and is understood by: the folder `en` of the pack.
    pub(crate) english: Option<Arc<Pack>>,
    files: Files,
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pack")
            .field("name", &self.name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Pack {
    /// Loads and checks the pack in `folder` with the grammars, flows and texts shared by all packs in `common`; `encoder` may
    /// serve any number of packs.
    ///
    /// # Errors
    /// The first file that cannot be read or that does not say what it should, with its line.
    pub fn load(folder: &Path, common: &Path, encoder: &Arc<Encoder>) -> Result<Pack, PackError> {
        let senses = Senses::all(Arc::clone(encoder));
        let shared_flows = read_flows(&common.join("flows"))?;
        let language = Language::load(folder, common, &senses)?;
        let mut pack = Pack::read(folder, language, shared_flows)?;
        pack.files = Files::read(folder, common)?;
        pack.version = pack.files.version();
        let english = folder.join("en");
        if english.is_dir() {
            let language = Language::load_english(&english, folder, common, &senses)?;
            pack.english = Some(Arc::new(Pack::read(&english, language, BTreeMap::new())?));
        }
        Ok(pack)
    }

    /// Reads and checks texts and flows of one language.
    fn read(
        folder: &Path,
        language: Language,
        shared_flows: BTreeMap<String, Flow>,
    ) -> Result<Pack, PackError> {
        let path = folder.join("pack.toml");
        let text = PackError::text(&path)?;
        let settings: Settings = PackError::parse(&path, &text)?;
        let own_flows = read_flows(&folder.join("flows"))?;
        let flows = with_shared(own_flows, shared_flows, &wanted_flows(&settings, &language));
        let pack = Pack {
            name: name_of(folder),
            voice: settings.voice.clone(),
            speed: settings.speed,
            version: String::new(),
            settings: Arc::new(settings),
            flows: Arc::new(flows),
            language,
            english: None,
            files: Files::default(),
        };
        check::check(&pack, &path, &text)?;
        Ok(pack)
    }

    /// The same pack with other common questions: `text`, the content of `faq.toml` in its `folder`.
    ///
    /// # Errors
    /// What is wrong in the text, with its line.
    pub fn with_faq(&self, folder: &Path, text: &str) -> Result<Pack, PackError> {
        let files = self.files.with(FAQ, text);
        Ok(Pack {
            name: self.name.clone(),
            voice: self.voice.clone(),
            speed: self.speed,
            version: files.version(),
            settings: Arc::clone(&self.settings),
            flows: Arc::clone(&self.flows),
            language: self.language.with_faq(&folder.join(FAQ), text)?,
            english: self.english.clone(),
            files,
        })
    }

    /// The version that lies in these folders.
    pub fn version_in(folder: &Path, common: &Path) -> Result<String, PackError> {
        Ok(Files::read(folder, common)?.version())
    }

    /// Whether `text` is the content of this version's `faq.toml`.
    pub fn has_faq(&self, text: &str) -> bool {
        self.files == self.files.with(FAQ, text)
    }

    /// Whether its folders hold another version than this one, common questions aside: those take effect by themselves.
    pub fn is_outdated(&self, folder: &Path, common: &Path) -> Result<bool, PackError> {
        let files = Files::read(folder, common)?;
        Ok(files.differ_beside(FAQ, &self.files))
    }

    /// The hotline's name: 供水服务热线.
    pub fn title(&self) -> &str {
        &self.settings.title
    }

    /// Skills of agents that the pack's flows ask for.
    pub fn skills(&self) -> &[String] {
        &self.settings.skills
    }

    /// How the value of a slot may be written, for the recogniser; `None` where anything may be.
    pub fn spelling(&self, slot: &str) -> Option<&Arc<Spelling>> {
        self.language.spelling(slot)
    }

    /// How a slot's number shows that it was heard right, for the recogniser; `None` where it cannot.
    pub fn check_rule(&self, slot: &str) -> Option<CheckRule> {
        self.language.check_rule(slot)
    }

    /// What this pack's callers say, for the recogniser.
    pub fn phrasing(&self) -> &Arc<Phrasing> {
        self.language.phrasing()
    }

    /// Every clause that is the same on every call, so that its sound can be made before the first one.
    pub fn fixed_texts(&self) -> BTreeSet<String> {
        let english = self
            .english
            .iter()
            .flat_map(|english| english.fixed_texts());
        let own = self.spoken().into_iter().flat_map(Template::fixed);
        own.chain(english).collect()
    }

    /// All common questions, in the order of their file.
    pub fn faq_entries(&self) -> &[FaqEntry] {
        self.language.faq_entries()
    }

    /// The answer to a common question, where one is near enough and in force today.
    pub fn faq(&self, question: &str, today: NaiveDate) -> Option<FaqAnswer> {
        self.language.faq(question, today)
    }

    /// The words that stand before values: 户号是, 尾号.
    pub fn openings(&self) -> BTreeSet<String> {
        self.spoken()
            .iter()
            .flat_map(|text| text.openings())
            .collect()
    }

    /// Texts that callers hear.
    fn spoken(&self) -> Vec<&Template> {
        let mut templates = Vec::new();
        self.settings.spoken(&mut templates);
        for flow in self.flows.values() {
            templates.extend(flow.steps.iter().flat_map(Step::spoken));
        }
        templates
    }

    pub(crate) fn flow(&self, name: &str) -> Option<&Flow> {
        self.flows.get(name)
    }

    /// The flow that serves an intent: its own, or that of its first word (`repair` for `repair.burst`).
    pub(crate) fn flow_of(&self, intent: &str) -> Option<&Flow> {
        let first_word = intent.split('.').next().unwrap_or(intent);
        self.flow(intent)
            .or_else(|| self.flow(first_word))
            .filter(|flow| !flow.topic.is_empty())
    }

    /// The flow of an intent that interrupts whatever is asked.
    pub(crate) fn emergency_flow(&self, intent: &str) -> Option<&Flow> {
        self.flow_of(intent)
            .filter(|flow| flow.emergency.iter().any(|urgent| urgent == intent))
    }

    pub(crate) fn slot(&self, name: &str) -> Option<&SlotSettings> {
        self.settings.slot.get(name)
    }
}

impl Settings {
    /// Texts that callers hear outside flows.
    fn spoken<'a>(&'a self, into: &mut Vec<&'a Template>) {
        let says = &self.says;
        let searching = &says.searching;
        into.extend([&self.greeting, &self.notice]);
        let lists: [&Texts; 9] = [
            &says.open,
            &says.more,
            &says.not_understood,
            &says.not_heard,
            &says.may_i,
            &says.comfort,
            &says.clarify,
            &says.clarify_one,
            &says.repair.ask,
        ];
        into.extend(lists.into_iter().flat_map(Texts::iter));
        into.extend([
            &says.goodbye,
            &says.are_you_there,
            &says.close_silent,
            &says.close_ticket,
            &says.resume,
            &says.cancelled,
            &says.looking,
            &says.no_answer,
            &searching.asked,
            &searching.misses,
            &searching.anger,
            &searching.fault,
            &says.connecting,
            &says.position,
            &says.further,
            &says.noted,
        ]);
    }
}

/// The flows of a folder by their names.
fn read_flows(folder: &Path) -> Result<BTreeMap<String, Flow>, PackError> {
    let mut flows = BTreeMap::new();
    for path in files_below(folder)? {
        let is_flow = path.extension().is_some_and(|ending| ending == "toml");
        if is_flow {
            let flow = Flow::read(&path, &PackError::text(&path)?)?;
            flows.insert(flow.name.clone(), flow);
        }
    }
    Ok(flows)
}

/// Names of flows that a pack may need besides those that its flows run: of its intents, of their families, and those that
/// the conversation itself runs.
fn wanted_flows(settings: &Settings, language: &Language) -> Vec<String> {
    let own = &settings.flows;
    let mut wanted = vec![own.nobody.clone(), own.unavailable.clone(), own.faq.clone()];
    for intent in language.intents() {
        let family = intent.split('.').next().unwrap_or(intent);
        wanted.extend([intent.to_owned(), family.to_owned()]);
    }
    wanted
}

/// A pack's flows with those shared ones that it needs and does not write itself.
fn with_shared(
    own: BTreeMap<String, Flow>,
    mut shared: BTreeMap<String, Flow>,
    wanted: &[String],
) -> BTreeMap<String, Flow> {
    let runs = |flow: &Flow| -> Vec<String> {
        let parts = flow.steps.iter().filter_map(|step| match &step.verb {
            Verb::Run { flow, .. } => Some(flow.clone()),
            _ => None,
        });
        parts.collect()
    };
    let mut open: Vec<String> = own.values().flat_map(runs).collect();
    open.extend_from_slice(wanted);
    let mut flows = own;
    while let Some(name) = open.pop() {
        if flows.contains_key(&name) {
            continue;
        }
        if let Some(flow) = shared.remove(&name) {
            open.extend(runs(&flow));
            flows.insert(name, flow);
        }
    }
    flows
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
