//! Phrases that have been spoken before: on disk for good, in memory for the moment.
//!
//! An entry is a file named by what it is the sound of. It is written beside its place and moved there, so that a reader sees all
//! of it or nothing; it carries a hash of its sound, so that a damaged one is a miss and is written anew.
//! Sounds can hold what identifies a person (an account read back): the folder is its owner's alone.

use super::{Phrase, TtsError, Voice, normalise};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Model and making of the sounds. Another one makes all entries strangers, which age out.
const MAKING: &str = "kokoro-82m-v1.0-int8, making 2";
/// First bytes of every entry.
const MAGIC: &[u8; 8] = b"LTphr1\r\n";
/// Bytes before the sound: magic and hash.
const HEADER: usize = 8 + 32;
/// Bytes on disk that are kept at most: nine hours of sound.
const DISK_BYTES: u64 = 512 << 20;
/// Bytes in memory that are kept at most: half an hour of sound.
const MEMORY_BYTES: usize = 32 << 20;
/// Unfinished files older than this were left by a program that died.
const STALE: Duration = Duration::from_secs(3600);

/// The sounds of phrases, by text, voice and speed.
#[derive(Debug)]
pub struct PhraseCache {
    folder: PathBuf,
    disk_limit: u64,
    disk_bytes: AtomicU64,
    /// Numbers unfinished files of this process.
    writes: AtomicU64,
    recent: Mutex<Recent>,
}

impl PhraseCache {
    /// Opens or makes a cache in a folder. Programs may share one.
    pub fn open(folder: &Path) -> Result<PhraseCache, TtsError> {
        PhraseCache::with_limits(folder, DISK_BYTES, MEMORY_BYTES)
    }

    fn with_limits(folder: &Path, disk: u64, memory: usize) -> Result<PhraseCache, TtsError> {
        make_private(folder).map_err(|source| failed(folder, source))?;
        let cache = PhraseCache {
            folder: folder.to_owned(),
            disk_limit: disk,
            disk_bytes: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            recent: Mutex::new(Recent::new(memory)),
        };
        cache.make_room()?;
        Ok(cache)
    }

    /// The sound of a phrase if it has been kept. Never synthesises; a damaged or unreadable entry is a miss.
    pub fn get(&self, text: &str, voice: &Voice) -> Option<Phrase> {
        let key = key(text, voice);
        if let Some(phrase) = self.recent().get(&key) {
            return Some(phrase);
        }
        let path = self.path(&key);
        let phrase = decode(&fs::read(&path).ok()?)?;
        // The oldest go first when room is made; failing to note the use only makes this one older.
        let _ = fs::File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()));
        self.recent().insert(key, phrase.clone());
        Some(phrase)
    }

    /// Keeps the sound of a phrase, replacing what was kept.
    pub fn put(&self, text: &str, voice: &Voice, phrase: &Phrase) -> Result<(), TtsError> {
        let key = key(text, voice);
        self.recent().insert(key.clone(), phrase.clone());
        let path = self.path(&key);
        let number = self.writes.fetch_add(1, Ordering::Relaxed);
        let unfinished = self
            .folder
            .join(format!("{key}.{}-{number}.tmp", std::process::id()));
        let bytes = encode(phrase);
        fs::write(&unfinished, &bytes).map_err(|source| failed(&unfinished, source))?;
        fs::rename(&unfinished, &path).map_err(|source| failed(&path, source))?;
        let added = bytes.len() as u64;
        let total = self.disk_bytes.fetch_add(added, Ordering::Relaxed) + added;
        if total > self.disk_limit {
            self.make_room()?;
        }
        Ok(())
    }

    /// Counts what is there and, above the limit, removes the longest unused down to nine tenths of it.
    fn make_room(&self) -> Result<(), TtsError> {
        let mut entries = self
            .entries()
            .map_err(|source| failed(&self.folder, source))?;
        let mut total: u64 = entries.iter().map(|(_, _, bytes)| bytes).sum();
        if total > self.disk_limit {
            entries.sort();
            for (_, path, bytes) in entries {
                if total <= self.disk_limit / 10 * 9 {
                    break;
                }
                // Another program may have removed it already.
                let _ = fs::remove_file(path);
                total -= bytes;
            }
        }
        self.disk_bytes.store(total, Ordering::Relaxed);
        Ok(())
    }

    /// All finished entries: when used last, where, how large. Removes what was left unfinished long ago.
    fn entries(&self) -> io::Result<Vec<(SystemTime, PathBuf, u64)>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let path = entry.path();
            // Gone between the listing and now: another program's doing.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let used = metadata.modified()?;
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("phrase") => entries.push((used, path, metadata.len())),
                Some("tmp") if used.elapsed().is_ok_and(|age| age > STALE) => {
                    let _ = fs::remove_file(path);
                }
                _ => {}
            }
        }
        Ok(entries)
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.phrase"))
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(path: &Path, source: io::Error) -> TtsError {
    TtsError::Cache {
        path: path.to_owned(),
        source,
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// SHA-256, in hex, of everything that shapes the sound.
fn key(text: &str, voice: &Voice) -> String {
    let said = normalise(text);
    let mut hash = Sha256::new();
    for field in [MAKING, &voice.name, &voice.speed.to_string(), &said] {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn encode(phrase: &Phrase) -> Vec<u8> {
    let sound: Vec<u8> = phrase.iter().flat_map(|s| s.to_le_bytes()).collect();
    let mut bytes = Vec::with_capacity(HEADER + sound.len());
    bytes.extend(MAGIC);
    bytes.extend(Sha256::digest(&sound));
    bytes.extend(sound);
    bytes
}

fn decode(bytes: &[u8]) -> Option<Phrase> {
    let (header, sound) = bytes.split_at_checked(HEADER)?;
    let (magic, hash) = header.split_at(MAGIC.len());
    let whole = magic == MAGIC && hash == &Sha256::digest(sound)[..];
    let samples = sound.as_chunks::<2>().0.iter();
    whole.then(|| samples.map(|&pair| i16::from_le_bytes(pair)).collect())
}

/// The phrases used last, up to a number of bytes.
#[derive(Debug)]
struct Recent {
    limit: usize,
    bytes: usize,
    /// Counts uses; the lowest was used longest ago.
    uses: u64,
    phrases: HashMap<String, (Phrase, u64)>,
}

impl Recent {
    fn new(limit: usize) -> Recent {
        Recent {
            limit,
            bytes: 0,
            uses: 0,
            phrases: HashMap::new(),
        }
    }

    fn get(&mut self, key: &str) -> Option<Phrase> {
        self.uses += 1;
        let (phrase, used) = self.phrases.get_mut(key)?;
        *used = self.uses;
        Some(phrase.clone())
    }

    fn insert(&mut self, key: String, phrase: Phrase) {
        self.uses += 1;
        self.bytes += size(&phrase);
        if let Some((replaced, _)) = self.phrases.insert(key, (phrase, self.uses)) {
            self.bytes -= size(&replaced);
        }
        while self.bytes > self.limit {
            let oldest = self.phrases.iter().min_by_key(|(_, (_, used))| *used);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            if let Some((removed, _)) = self.phrases.remove(&key) {
                self.bytes -= size(&removed);
            }
        }
    }
}

fn size(phrase: &Phrase) -> usize {
    std::mem::size_of_val(&phrase[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(name: &str, speed: f32) -> Voice {
        Voice {
            name: name.into(),
            speed,
        }
    }

    fn sound(value: i16, samples: usize) -> Phrase {
        vec![value; samples].into()
    }

    #[test]
    fn a_phrase_is_found_again_by_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let xiaobei = voice("zf_xiaobei", 1.0);
        let cache = PhraseCache::open(folder.path()).unwrap();
        assert_eq!(cache.get("36.5元", &xiaobei), None);
        cache.put("36.5元", &xiaobei, &sound(7, 100)).unwrap();
        let other = PhraseCache::open(folder.path()).unwrap();
        assert_eq!(other.get("三十六块五", &xiaobei), Some(sound(7, 100)));
        assert_eq!(other.get("36.5元", &voice("zf_xiaobei", 0.85)), None);
        assert_eq!(other.get("36.5元", &voice("zm_yunxi", 1.0)), None);
    }

    #[test]
    fn a_damaged_entry_is_a_miss_and_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let xiaobei = voice("zf_xiaobei", 1.0);
        let path = {
            let cache = PhraseCache::open(folder.path()).unwrap();
            cache.put("您好", &xiaobei, &sound(7, 100)).unwrap();
            cache.path(&key("您好", &xiaobei))
        };
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[HEADER + 3] ^= 1;
        for damaged in [&whole[..whole.len() - 1], &whole[..10], &[], &flipped[..]] {
            fs::write(&path, damaged).unwrap();
            let cache = PhraseCache::open(folder.path()).unwrap();
            assert_eq!(cache.get("您好", &xiaobei), None);
            cache.put("您好", &xiaobei, &sound(8, 100)).unwrap();
            assert_eq!(fs::read(&path).unwrap(), encode(&sound(8, 100)));
        }
    }

    #[test]
    fn the_folder_stays_below_its_bound_and_the_least_used_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let xiaobei = voice("zf_xiaobei", 1.0);
        let cache = PhraseCache::with_limits(folder.path(), 10_000, 0).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (age, text) in ["甲", "乙", "丙", "丁"].into_iter().enumerate() {
            cache.put(text, &xiaobei, &sound(1, 1_000)).unwrap();
            let file = fs::File::options()
                .append(true)
                .open(cache.path(&key(text, &xiaobei)));
            let when = long_ago + Duration::from_secs(age as u64);
            file.unwrap().set_modified(when).unwrap();
        }
        assert!(cache.get("甲", &xiaobei).is_some());
        cache.put("戊", &xiaobei, &sound(1, 1_000)).unwrap();
        let kept: Vec<_> = ["甲", "乙", "丙", "丁", "戊"]
            .into_iter()
            .filter(|text| cache.get(text, &xiaobei).is_some())
            .collect();
        assert_eq!(kept, ["甲", "丙", "丁", "戊"]);
    }

    #[test]
    fn memory_keeps_what_was_used_last() {
        let mut recent = Recent::new(4_000);
        recent.insert("a".into(), sound(1, 1_000));
        recent.insert("b".into(), sound(2, 1_000));
        assert!(recent.get("a").is_some());
        recent.insert("c".into(), sound(3, 1_000));
        assert!(recent.get("b").is_none());
        assert!(recent.get("a").is_some() && recent.get("c").is_some());
        assert_eq!(recent.bytes, 4_000);
    }

    #[test]
    fn a_folder_that_cannot_be_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = PhraseCache::open(&file.path().join("cache")).unwrap_err();
        let path = file.path().join("cache").display().to_string();
        assert!(error.to_string().contains(&path), "{error}");
    }
}
