//! `edigate show`: mailboxes, transmissions, documents, partners of a home.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::exit::Exit;
use super::table;
use crate::ledger::query::{DocumentRow, TransmissionRow};
use crate::service::configuration::Configuration;
use crate::service::home::Places;
use crate::service::survey::{MailboxView, PartnerView, Survey, TransmissionView};
use crate::vocabulary::failure::Failure;

/// Arguments of `edigate show`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to show.
    #[arg(value_enum)]
    what: What,
    /// The home: folder with edigate.toml, partners/, ledger.db.
    #[arg(long, default_value = ".")]
    home: PathBuf,
    /// Show at most this many, the newest first.
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Drop folders, what lies in them, and why it was not taken yet.
    Mailbox,
    /// Files received: what they were, what was answered, where their documents are.
    Transmissions,
    /// Business documents and where each stands.
    Documents,
    /// Partners: identities, agreements, last arrival.
    Partners,
}

/// Rows under a header.
struct Rows {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// What to say when there are none.
    none: &'static str,
}

impl Rows {
    /// Leaves out columns in which nothing stands: on a terminal room is scarce.
    fn without_empty_columns(self) -> Self {
        let filled = |index: usize| {
            self.rows.iter().any(|row| row.get(index).is_some_and(|cell| !cell.is_empty()))
        };
        let kept: Vec<usize> = (0..self.header.len()).filter(|index| filled(*index)).collect();
        let header = kept.iter().filter_map(|index| self.header.get(*index).copied()).collect();
        let row = |row: &Vec<String>| {
            kept.iter().filter_map(|index| row.get(*index).cloned()).collect::<Vec<_>>()
        };
        let rows = self.rows.iter().map(row).collect();
        Self { header, rows, none: self.none }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let mut out = io::stdout().lock();
    match shown(arguments) {
        Ok(Shown::Json(lines)) => print(lines.iter().try_for_each(|line| writeln!(out, "{line}"))),
        Ok(Shown::Table(rows)) if rows.rows.is_empty() => print(writeln!(out, "{}", rows.none)),
        Ok(Shown::Table(rows)) => {
            let terminal = io::stdout().is_terminal();
            let rows = if terminal { rows.without_empty_columns() } else { rows };
            print(table::write(&mut out, terminal, &rows.header, &rows.rows))
        }
        Err((failure, exit)) => super::tell(&failure.operator_text, exit),
    }
}

fn print(printed: io::Result<()>) -> Exit {
    match printed {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Exit::World,
        _ => Exit::Done,
    }
}

enum Shown {
    Json(Vec<String>),
    Table(Rows),
}

fn shown(arguments: &Arguments) -> Result<Shown, (Failure, Exit)> {
    let places = Places::new(&arguments.home);
    let configuration =
        Configuration::read(&places).map_err(|failure| (failure, Exit::Unreadable))?;
    let world = |failure| (failure, Exit::World);
    let survey = Survey::open(&places).map_err(world)?;
    let limit = arguments.limit;
    match arguments.what {
        What::Mailbox => {
            let views = survey.mailboxes(&configuration).map_err(world)?;
            Ok(as_asked(arguments, &views, mailbox_rows))
        }
        What::Transmissions => {
            let views = survey.transmissions(limit).map_err(world)?;
            Ok(as_asked(arguments, &views, transmission_rows))
        }
        What::Documents => {
            let rows = survey.documents(limit).map_err(world)?;
            Ok(as_asked(arguments, &rows, document_rows))
        }
        What::Partners => {
            let views = survey.partners(&configuration).map_err(world)?;
            Ok(as_asked(arguments, &views, partner_rows))
        }
    }
}

fn as_asked<T: Serialize>(arguments: &Arguments, views: &[T], rows: fn(&[T]) -> Rows) -> Shown {
    if arguments.json {
        let line = |view| serde_json::to_string(view).unwrap_or_default();
        return Shown::Json(views.iter().map(line).collect());
    }
    Shown::Table(rows(views))
}

fn mailbox_rows(views: &[MailboxView]) -> Rows {
    let mut rows = Vec::new();
    for view in views {
        let folder = format!("drop/{}/in", view.folder);
        let known = if view.known { "" } else { "no partner file names this folder" };
        if view.files.is_empty() {
            let received = view.transmissions.to_string();
            let last = view.last_arrival.clone();
            rows.push(vec![folder, received, last, String::new(), known.to_owned()]);
            continue;
        }
        for file in &view.files {
            let (received, last) = (view.transmissions.to_string(), view.last_arrival.clone());
            let name = format!("{} ({} bytes)", file.name, file.length);
            rows.push(vec![folder.clone(), received, last, name, file.waiting.clone()]);
        }
    }
    Rows {
        header: vec!["folder", "received", "last arrival", "lies there", "why"],
        rows,
        none: "no drop folders: no partner file has a directory endpoint",
    }
}

fn transmission_rows(views: &[TransmissionView]) -> Rows {
    let row = |view: &TransmissionView| {
        let transmission = &view.transmission;
        let answers: Vec<_> = view.answers.iter().map(|answer| answer.kind.clone()).collect();
        vec![
            transmission.short(),
            when(&transmission.arrived),
            transmission.folder.clone(),
            transmission.name.clone(),
            transmission.contents.clone(),
            came_of(transmission),
            answers.join("; "),
            documents(view),
        ]
    };
    Rows {
        header: vec![
            "id",
            "arrived",
            "partner",
            "file",
            "what it was",
            "came of it",
            "answered",
            "documents",
        ],
        rows: views.iter().map(row).collect(),
        none: "nothing was received yet: put a file into drop/<partner>/in and run edigate run",
    }
}

/// The verdict of what went its way, the stage and cause of what did not.
fn came_of(transmission: &TransmissionRow) -> String {
    let verdict = transmission.verdict.replace('_', " ");
    let stage = match transmission.stage.as_str() {
        "settled" => verdict,
        stage if verdict.is_empty() => stage.to_owned(),
        stage => format!("{verdict}, {stage}"),
    };
    let note = advised(&transmission.note, &transmission.owner, &transmission.next);
    if note.is_empty() { stage } else { format!("{stage}: {note}") }
}

/// A note with who is to act and what they are to do.
fn advised(note: &str, owner: &str, next: &str) -> String {
    if next.is_empty() { note.to_owned() } else { format!("{note}; {owner}: {next}") }
}

/// The document, or how many there are of each stage.
fn documents(view: &TransmissionView) -> String {
    if let [document] = view.documents.as_slice() {
        return format!("{} {}, {}", document.kind, document.number, document.stage);
    }
    let stages = view.document_stages.iter().map(|(stage, count)| format!("{count} {stage}"));
    stages.collect::<Vec<_>>().join(", ")
}

fn document_rows(views: &[DocumentRow]) -> Rows {
    let row = |document: &DocumentRow| {
        vec![
            document.short(),
            when(&document.accepted),
            document.partner.clone(),
            document.kind.clone(),
            document.number.clone(),
            document.stage.clone(),
            document.place.clone(),
            advised(&document.note, &document.owner, &document.next),
        ]
    };
    Rows {
        header: vec!["id", "accepted", "partner", "kind", "number", "stage", "lies in", "note"],
        rows: views.iter().map(row).collect(),
        none: "no documents yet",
    }
}

fn partner_rows(views: &[PartnerView]) -> Rows {
    let row = |partner: &PartnerView| {
        vec![
            partner.partner.clone(),
            partner.name.clone(),
            partner.identity.join(" "),
            partner.receives.join(" "),
            partner.sends.join(" "),
            partner.transmissions.to_string(),
            partner.last_arrival.clone(),
            partner.contact.clone(),
        ]
    };
    Rows {
        header: vec![
            "partner",
            "name",
            "signs as",
            "we receive",
            "we send",
            "received",
            "last arrival",
            "contact",
        ],
        rows: views.iter().map(row).collect(),
        none: "no partners: write partners/NAME.toml",
    }
}

/// `2026-01-31 14:05:00` of a moment in the ledger's form.
fn when(moment: &str) -> String {
    moment.split('.').next().unwrap_or_default().replace('T', " ")
}
