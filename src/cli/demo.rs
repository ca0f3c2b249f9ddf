//! `edigate demo`: the whole way on sample files, in a home of its own.
//!
//! It is the daemon's own code over real files, and ends by itself. Everything it shows can be
//! looked at afterwards with the commands it names.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::exit::Exit;
use super::table;
use crate::service::configuration::Configuration;
use crate::service::daemon;
use crate::service::home::Places;
use crate::service::survey::{Survey, TransmissionView};
use crate::vocabulary::failure::Failure;

/// Arguments of `edigate demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder it works in; made when it is not there.
    #[arg(long, default_value = "edigate-demo")]
    home: PathBuf,
    /// One JSON object for each file, and nothing else.
    #[arg(long)]
    json: bool,
}

/// A sample file, the partner who drops it, and what it is in plain words.
struct Sample {
    partner: &'static str,
    name: &'static str,
    text: &'static str,
}

macro_rules! sample {
    ($partner:literal, $name:literal) => {
        Sample { partner: $partner, name: $name, text: include_str!(concat!("demo/files/", $name)) }
    };
}

/// In the order in which the table shows them.
const SAMPLES: [Sample; 6] = [
    sample!("lakeside-health", "850-order.edi"),
    sample!("summit-medical", "855-response.edi"),
    sample!("summit-medical", "856-shipment.edi"),
    sample!("summit-medical", "810-invoice.edi"),
    sample!("lakeside-health", "835-payment.edi"),
    sample!("summit-medical", "856-broken.edi"),
];

/// Texts of the home that are not samples.
const TEXTS: [(&str, &str); 3] = [
    ("edigate.toml", include_str!("demo/edigate.toml")),
    ("partners/lakeside-health.toml", include_str!("demo/partners/lakeside-health.toml")),
    ("partners/summit-medical.toml", include_str!("demo/partners/summit-medical.toml")),
];

/// Says that a folder is the demo's: it works in no other.
const MARKER: &str = ".edigate-demo";
const MARKER_TEXT: &str = "made by edigate demo, which may write here; delete it as you like\n";

/// Runs the command: 0 when it came to its end, whatever the files were like; 2 when the folder
/// is not the demo's; 3 when the world failed.
pub fn run(arguments: &Arguments) -> Exit {
    if let Err(sentence) = claim(&arguments.home) {
        return super::tell(&sentence, Exit::Unreadable);
    }
    let played = play(arguments);
    match played {
        Ok(()) => Exit::Done,
        Err(Trouble::Print(cause)) if cause.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(trouble) => super::tell(&trouble.to_string(), Exit::World),
    }
}

#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Failed(#[from] Failure),
    #[error("{}: {cause}", path.display())]
    Write { path: PathBuf, cause: io::Error },
    #[error("standard output: {0}")]
    Print(#[from] io::Error),
}

/// Makes the home, or finds the one made before; any other folder is refused.
fn claim(home: &Path) -> Result<(), String> {
    let refused = |why: &str| {
        format!(
            "{} {why}; edigate demo works only in a folder of its own: name another with --home",
            home.display()
        )
    };
    if home.join(MARKER).is_file() {
        return Ok(());
    }
    match fs::read_dir(home).map(|mut entries| entries.next().is_none()) {
        Ok(false) => return Err(refused("is there, is not empty, and was not made by it")),
        Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => {
            return Err(refused("is no folder"));
        }
        Ok(true) | Err(_) => {}
    }
    fs::create_dir_all(home)
        .and_then(|()| fs::write(home.join(MARKER), MARKER_TEXT))
        .map_err(|cause| format!("{}: {cause}", home.display()))
}

fn play(arguments: &Arguments) -> Result<(), Trouble> {
    let home = &arguments.home;
    let places = Places::new(home);
    furnish(&places)?;
    let mut out = io::stdout().lock();
    if !arguments.json {
        introduce(&mut out, home)?;
    }
    let configuration = Configuration::read(&places)?;
    let newest = Survey::open(&places)?.transmissions(1)?;
    let since = newest.first().map_or("", |view| &view.transmission.id).to_owned();
    for sample in &SAMPLES {
        drop_file(&places, sample)?;
    }
    let bar = bar(arguments.json);
    daemon::round(&places, configuration, &since, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    let most = u64::try_from(SAMPLES.len()).unwrap_or(u64::MAX).saturating_mul(4);
    let mut views = Survey::open(&places)?.transmissions_since(&since, most)?;
    views.sort_by_key(|view| {
        SAMPLES.iter().position(|sample| sample.name == view.transmission.name)
    });
    if arguments.json {
        for view in &views {
            writeln!(out, "{}", serde_json::to_string(view).map_err(io::Error::other)?)?;
        }
        return Ok(());
    }
    tell(&mut out, &views)?;
    let first = views.iter().any(|view| view.transmission.stage != "duplicate");
    if first {
        explain(&mut out, home)?;
    }
    Ok(next(&mut out, home, &views, first)?)
}

/// Writes partner files, settings and samples; what is there already stays as people left it.
fn furnish(places: &Places) -> Result<(), Trouble> {
    let root = places.root();
    let samples = SAMPLES.iter().map(|sample| (format!("samples/{}", sample.name), sample.text));
    let texts = TEXTS.iter().map(|(path, text)| ((*path).to_owned(), *text));
    for (path, text) in texts.chain(samples) {
        let path = root.join(path);
        if !path.exists() {
            write(&path, text)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|cause| Trouble::Write { path: path.to_owned(), cause })
}

/// Drops a file as a careful partner does: under a temporary name, renamed when it is whole.
fn drop_file(places: &Places, sample: &Sample) -> Result<(), Trouble> {
    let folder = places.drop_in(sample.partner);
    let temporary = folder.join(format!("{}.tmp", sample.name));
    write(&temporary, sample.text)?;
    let place = folder.join(sample.name);
    fs::rename(&temporary, &place).map_err(|cause| Trouble::Write { path: place, cause })
}

fn bar(hidden: bool) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(SAMPLES.len()).unwrap_or(0));
    let style = ProgressStyle::with_template("  {bar:24} {pos} of {len} files through");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    if hidden || !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}

fn introduce(out: &mut impl Write, home: &Path) -> io::Result<()> {
    writeln!(
        out,
        "Northwind sells medical supplies and exchanges EDI files with two partners:\n\n  \
         lakeside-health  a hospital group: orders from Northwind, and its health plan pays\n  \
         summit-medical   a manufacturer: Northwind orders from it\n\n\
         Both drop their files into {}/drop. Each file is kept durably before anything else,\n\
         checked, answered with an acknowledgment, and delivered as a JSON document.\n",
        home.display()
    )
}

const HEADER: &[&str] =
    &["file", "partner", "what it was", "verdict", "acknowledgment", "delivered"];

fn tell(out: &mut impl Write, views: &[TransmissionView]) -> io::Result<()> {
    let rows: Vec<Vec<String>> = views.iter().map(row).collect();
    table::write(out, io::stdout().is_terminal(), HEADER, &rows)?;
    writeln!(out)
}

fn row(view: &TransmissionView) -> Vec<String> {
    let transmission = &view.transmission;
    let verdict = match transmission.stage.as_str() {
        "duplicate" => format!("duplicate: {}", transmission.note),
        "settled" => transmission.verdict.replace('_', " "),
        stage => format!("{stage}: {}", transmission.note),
    };
    let answers = view.answers.iter().map(|answer| answer.kind.clone()).collect::<Vec<_>>();
    let delivered = view.documents.iter().map(|document| {
        let file = document.place.rsplit('/').next().unwrap_or_default();
        if file.is_empty() { document.stage.clone() } else { file.to_owned() }
    });
    let delivered = delivered.collect::<Vec<_>>().join(", ");
    vec![
        transmission.name.clone(),
        transmission.folder.clone(),
        transmission.contents.clone(),
        verdict,
        answers.join(", "),
        if delivered.is_empty() { "nothing".to_owned() } else { delivered },
    ]
}

/// The file that is refused.
const BROKEN: &str = "samples/856-broken.edi";

/// Shows why the broken file was refused, by the very command that is recommended for it.
fn explain(out: &mut impl Write, home: &Path) -> io::Result<()> {
    writeln!(out, "One was refused. This is what edigate explain says of it:\n")?;
    out.flush()?;
    let file = home.join(BROKEN).into_os_string();
    let command = ["edigate".into(), "explain".into(), file];
    // How it ends is known: the file is refused.
    let _refused = super::run(command);
    writeln!(out)
}

fn next(
    out: &mut impl Write,
    home: &Path,
    views: &[TransmissionView],
    first: bool,
) -> io::Result<()> {
    let program = std::env::args_os().next().unwrap_or_else(|| "edigate".into());
    let program = program.to_string_lossy();
    let home = home.display();
    if !first {
        writeln!(
            out,
            "Every file had been received before, byte for byte: each was kept, refused as a\n\
             duplicate (a TA1 with code 025), and not read or delivered again.\n"
        )?;
    }
    writeln!(out, "Look closer:\n")?;
    let mut commands = Vec::new();
    if first {
        let refused = views.iter().find(|view| view.transmission.verdict == "refused");
        if let Some(answer) = refused.and_then(|view| view.answers.first()) {
            let path = format!("{home}/drop/{}/out/{}", answer.partner, answer.placed);
            commands.push((format!("cat {path}"), "what the partner is told"));
        }
        let documents = views.iter().flat_map(|view| &view.documents);
        if let Some(document) = documents.clone().find(|document| !document.place.is_empty()) {
            let path = format!("{home}/{}", document.place);
            commands.push((format!("cat {path}"), "the order, as your own systems get it"));
        }
    } else {
        let explain = format!("{program} explain {home}/{BROKEN}");
        commands.push((explain, "why the broken one was refused the first time"));
    }
    commands.push((format!("{program} show transmissions --home {home}"), "everything received"));
    commands.push((format!("{program} check --home {home} --register"), "what was agreed"));
    commands.push((format!("{program} verify {home}"), "every byte is still what was received"));
    if first {
        commands.push((format!("{program} demo --home {home}"), "again: all duplicates now"));
    }
    for (command, why) in commands {
        writeln!(out, "  {command}\n      {why}")?;
    }
    writeln!(
        out,
        "\nKeep it running with\n\n  {program} run --home {home}\n\n\
         and drop files of your own into {home}/drop/lakeside-health/in."
    )
}
