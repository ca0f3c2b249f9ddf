//! A home: the folder with settings, partner files, guides, grammars, drops, archive, ledger.
//!
//! Reads what the home says into memory once; a reload reads it again and swaps the whole.
//! Nothing is written here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::partner::directory::Directory;
use crate::partner::table::Problem;

/// The texts of a home, by the path under which the rest of the product knows them.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// `edigate.toml`; empty when the home has none.
    pub settings: String,
    /// Partner files: name (`acme-retail.toml`) and text.
    pub partners: Vec<(String, String)>,
    /// Guides: path (`acme-retail/850.guide`) and text.
    pub guides: Vec<(String, String)>,
    /// Grammars of the home: path below `grammars/` (`x12/004010/846.grammar`) and text.
    pub grammars: Vec<(String, String)>,
    /// Files that are not UTF-8; their texts have U+FFFD where they are not, so that all else in
    /// them is looked at as well.
    pub problems: Vec<Problem>,
}

/// Where everything of a home is.
#[derive(Clone, Debug)]
pub struct Places {
    root: PathBuf,
}

impl Places {
    /// Why this folder is no home, when it is none: it has neither settings nor partners.
    #[must_use]
    pub fn no_home(&self) -> Option<String> {
        (!self.settings().is_file() && !self.partners().is_dir()).then(|| {
            format!(
                "{} is no home: it has no edigate.toml and no partners/ (edigate demo makes one \
                 to look at)",
                self.root().display()
            )
        })
    }

    /// The places of the home at `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The home itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `edigate.toml`.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.root.join("edigate.toml")
    }

    /// Partner files and guides.
    #[must_use]
    pub fn partners(&self) -> PathBuf {
        self.root.join("partners")
    }

    /// The home's own grammars.
    #[must_use]
    pub fn grammars(&self) -> PathBuf {
        self.root.join("grammars")
    }

    /// Where a partner drops files.
    #[must_use]
    pub fn drop_in(&self, partner: &str) -> PathBuf {
        self.root.join("drop").join(partner).join("in")
    }

    /// Where a partner finds our answers.
    #[must_use]
    pub fn drop_out(&self, partner: &str) -> PathBuf {
        self.root.join("drop").join(partner).join("out")
    }

    /// The archive.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        self.root.join("archive")
    }

    /// The embedded ledger.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger.db")
    }

    /// Delivered documents of a partner.
    #[must_use]
    pub fn delivered(&self, partner: &str) -> PathBuf {
        self.root.join("delivered").join(partner)
    }

    /// Reads every text of the home. Folders that are not there hold nothing.
    ///
    /// # Errors
    /// The path that can't be read, and why.
    pub fn read(&self) -> Result<Texts, Unreadable> {
        let mut texts = Texts::default();
        if let Some(settings) = texts.take(&self.settings(), "edigate.toml")? {
            texts.settings = settings;
        }
        let partners = self.partners();
        for path in below(&partners)? {
            let name = relative(&partners, &path);
            let (guide, partner) = (name.ends_with(".guide"), name.ends_with(".toml"));
            // What else lies there may be no text at all.
            if !guide && !partner {
                continue;
            }
            let Some(text) = texts.take(&path, &format!("partners/{name}"))? else { continue };
            let list = if guide { &mut texts.guides } else { &mut texts.partners };
            list.push((name, text));
        }
        let grammars = self.grammars();
        for path in below(&grammars)? {
            let name = relative(&grammars, &path);
            let known = [".grammar", ".map", ".record"].iter().any(|end| name.ends_with(end));
            if known && let Some(text) = texts.take(&path, &format!("grammars/{name}"))? {
                texts.grammars.push((name, text));
            }
        }
        Ok(texts)
    }
}

impl Texts {
    /// The text of a file, none when it is not there; `name` is what problems call it.
    fn take(&mut self, path: &Path, name: &str) -> Result<Option<String>, Unreadable> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Unreadable { path: path.to_owned(), cause }),
        };
        let text = String::from_utf8(bytes).or_else(|error| {
            self.problems.extend(not_text(name, error.as_bytes()));
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        });
        text.map(Some)
    }

    /// The partners, cross-checked.
    ///
    /// # Errors
    /// Every problem of every partner file.
    pub fn directory(&self) -> Result<Directory, Vec<Problem>> {
        Directory::load(self.partners.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }
}

/// A file of the home that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", path.display())]
pub struct Unreadable {
    /// Which.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub cause: io::Error,
}

/// What is wrong with bytes that are not UTF-8: the place of the first that is none of it.
fn not_text(name: &str, bytes: &[u8]) -> Option<Problem> {
    let chunk = bytes.utf8_chunks().find(|chunk| !chunk.invalid().is_empty())?;
    let (sound, bad) = (chunk.valid(), chunk.invalid().first()?);
    let line = sound.rsplit('\n').next().unwrap_or_default();
    Some(Problem {
        file: name.to_owned(),
        line: sound.split('\n').count(),
        column: line.chars().count().saturating_add(1),
        sentence: format!("the byte 0x{bad:02X} here is not UTF-8"),
        hint: "save the file as UTF-8".to_owned(),
    })
}

/// All files below `folder`, sorted; names that begin with a dot are nobody's.
fn below(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |cause| Unreadable { path: folder.clone(), cause };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(failed(cause)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let hidden = entry.file_name().as_encoded_bytes().first() == Some(&b'.');
            let kind = entry.file_type().map_err(failed)?;
            if hidden {
                continue;
            }
            // Links are followed for files only: a linked folder could lead in a circle.
            if kind.is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    Ok(files)
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::Places;
    use std::fs;

    #[test]
    fn a_home_without_any_folder_is_an_empty_home() {
        let home = tempfile::tempdir().unwrap();
        let texts = Places::new(home.path()).read().unwrap();
        assert!(texts.partners.is_empty() && texts.settings.is_empty());
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_a_problem_of_their_file_and_others_are_read() {
        let home = tempfile::tempdir().unwrap();
        let partners = home.path().join("partners");
        fs::create_dir_all(&partners).unwrap();
        fs::write(partners.join("a.toml"), b"key = 1\nname = \"Caf\xE9\"\n").unwrap();
        fs::write(partners.join("b.toml"), "name = \"B\"").unwrap();
        fs::write(partners.join("logo.png"), b"\x89PNG").unwrap();
        let texts = Places::new(home.path()).read().unwrap();
        assert_eq!(texts.partners.len(), 2);
        let told: Vec<_> = texts.problems.iter().map(ToString::to_string).collect();
        let sentence = "the byte 0xE9 here is not UTF-8; save the file as UTF-8";
        assert_eq!(told, [format!("partners/a.toml:2:12: {sentence}")]);
    }

    #[test]
    fn guides_lie_beside_their_partner_and_hidden_files_are_nobodys() {
        let home = tempfile::tempdir().unwrap();
        let partners = home.path().join("partners");
        fs::create_dir_all(partners.join("acme")).unwrap();
        fs::write(partners.join("acme.toml"), "name = 1").unwrap();
        fs::write(partners.join("acme/850.guide"), "guide acme 850").unwrap();
        fs::write(partners.join(".acme.toml.swp"), "junk").unwrap();
        let texts = Places::new(home.path()).read().unwrap();
        assert_eq!(texts.partners.len(), 1);
        assert_eq!(texts.guides[0].0, "acme/850.guide");
    }
}
