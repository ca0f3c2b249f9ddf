//! Which grammars and guide a command works with: those that come with the program, those of a
//! home, and the guide named on the command line.

use super::exit::Exit;
use crate::grammar::library::{Library, Resolution};
use crate::x12::report::{GroupHeader, InterchangeHeader};
use crate::x12::screen::Rules;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options that choose grammars, the same for every command that reads EDI.
#[derive(Debug, Default, clap::Args)]
pub struct Choice {
    /// Home whose grammars and guides are used beside those that come with the program
    /// [default: the current folder, if it is a home].
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Guide to check by: `acme-retail/850`, or `acme-retail` for each set its own.
    #[arg(long, value_name = "NAME")]
    guide: Option<String>,
}

/// The grammars in force for one command.
#[derive(Debug)]
pub struct InForce {
    library: Library,
    guide: Option<String>,
}

/// Why grammars could not be had.
#[derive(Debug)]
pub struct Unavailable {
    text: String,
    exit: Exit,
}

impl Unavailable {
    /// Says so, and how the command ends.
    pub fn tell(&self) -> Exit {
        super::tell(&self.text, self.exit)
    }
}

impl Choice {
    /// The home, named or found.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        let current = Path::new(".");
        let found = || Some(current).filter(|current| current.join(HOME_FILE).is_file());
        self.home.as_deref().or_else(found)
    }

    /// The guide as it was named.
    #[must_use]
    pub fn guide(&self) -> Option<&str> {
        self.guide.as_deref()
    }

    /// Reads the texts. What is wrong in a home's texts is said on the error output; sets they
    /// govern then say so too.
    ///
    /// # Errors
    ///
    /// A home that is none or can't be read, a guide that is not known.
    pub fn load(&self) -> Result<InForce, Unavailable> {
        let mut library = Library::shipped();
        if let Some(home) = self.home.as_deref().filter(|home| !home.is_dir()) {
            let text = format!("{}: there is no such folder", home.display());
            return Err(Unavailable { text, exit: Exit::Unreadable });
        }
        if let Some(home) = self.home() {
            read_home(&mut library, home).map_err(|(path, error)| Unavailable {
                text: format!("{}: {error}", path.display()),
                exit: Exit::World,
            })?;
        }
        let known = |guide: &String| {
            let of_partner = format!("{guide}/");
            let guides = library.guides();
            guides.iter().any(|name| name == guide || name.starts_with(&of_partner))
        };
        match &self.guide {
            Some(guide) if !known(guide) => {
                let text = format!(
                    "there is no guide {guide}; {}",
                    match library.guides().as_slice() {
                        [] => "no guides are known: name their home with --home".to_owned(),
                        guides => format!("known are {}", guides.join(", ")),
                    }
                );
                Err(Unavailable { text, exit: Exit::Unreadable })
            }
            Some(guide) => {
                faultless(&library, guide)?;
                Ok(InForce { guide: Some(guide.clone()), library })
            }
            None => Ok(InForce { guide: None, library }),
        }
    }
}

/// Refuses a guide that is faulty: nothing can be checked by it.
fn faultless(library: &Library, guide: &str) -> Result<(), Unavailable> {
    let of_partner = format!("{guide}/");
    let mut shown = Vec::new();
    for name in library.guides() {
        if (name == guide || name.starts_with(&of_partner))
            && let Err(errors) = library.schema(&name)
        {
            let source = |file: &str| library.source(file).unwrap_or_default();
            shown.extend(errors.iter().map(|error| error.render(source(&error.file), false)));
        }
    }
    if shown.is_empty() {
        return Ok(());
    }
    Err(Unavailable { text: shown.join("\n"), exit: Exit::Unreadable })
}

impl InForce {
    /// All texts.
    #[must_use]
    pub const fn library(&self) -> &Library {
        &self.library
    }
}

impl Rules for InForce {
    fn resolve(
        &self,
        _interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        let release = group.element(8);
        match &self.guide {
            Some(guide) if guide.contains('/') => {
                // A guide for one set says nothing about others.
                let fits = guide.ends_with(&format!("/{set}"));
                self.library.resolve(release, set, Some(guide.as_str()).filter(|_| fits))
            }
            Some(partner) => {
                let guide = format!("{partner}/{set}");
                let known = self.library.guides().contains(&guide);
                self.library.resolve(release, set, Some(guide.as_str()).filter(|_| known))
            }
            None => self.library.resolve(release, set, None),
        }
    }
}

/// Adds the texts below `grammars/` and `partners/` of a home.
fn read_home(library: &mut Library, home: &Path) -> Result<(), (PathBuf, io::Error)> {
    for folder in ["grammars", "partners"] {
        let root = home.join(folder);
        if root.is_dir() {
            read_folder(library, &root, &root, 0)?;
        }
    }
    Ok(())
}

fn read_folder(
    library: &mut Library,
    root: &Path,
    folder: &Path,
    depth: usize,
) -> Result<(), (PathBuf, io::Error)> {
    let placed = |error| (folder.to_path_buf(), error);
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).and_then(Iterator::collect::<Result<_, _>>).map_err(placed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            if depth < FOLDER_DEPTH {
                read_folder(library, root, &path, depth.saturating_add(1))?;
            }
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| (path.clone(), error))?;
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        for error in library.add(&name, &text).err().unwrap_or_default() {
            super::tell(&error.to_string(), Exit::Done);
        }
    }
    Ok(())
}

/// What makes a folder a home.
const HOME_FILE: &str = "edigate.toml";
/// Texts that are read.
const EXTENSIONS: [&str; 4] = ["grammar", "map", "record", "guide"];
/// Folders within folders: `x12/004010` needs two.
const FOLDER_DEPTH: usize = 4;
