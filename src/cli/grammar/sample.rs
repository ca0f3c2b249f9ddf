//! `edigate grammar sample`: valid synthetic interchanges.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use jiff::civil::Date;

use super::Subject;
use crate::cli::exit::Exit;
use crate::grammar::sample::{Options, Size, Source, interchange, write_at_least};

/// Arguments of `edigate grammar sample`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    subject: Subject,
    /// Decides all that chance does: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Sets in the interchange.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999_999))]
    count: u32,
    /// How much stands in a set: `small`, `full`, or a number of lines.
    #[arg(long, default_value = "small", value_name = "SIZE", value_parser = size)]
    size: Size,
    /// Defects put in on purpose; where is said on the error output.
    #[arg(long, default_value_t = 0, value_name = "N")]
    defects: u32,
    /// Sets until the interchange has so many megabytes; --count is not used.
    #[arg(long, value_name = "MB", conflicts_with_all = ["count", "defects"])]
    megabytes: Option<u32>,
    /// Day of the envelope and of the earliest dates.
    #[arg(long, default_value = "2024-03-15", value_name = "DATE")]
    date: Date,
    /// Sender in ISA06 and GS02.
    #[arg(long, default_value = "SAMPLESENDER", value_name = "ID", value_parser = identity)]
    sender: String,
    /// Receiver in ISA08 and GS03.
    #[arg(long, default_value = "SAMPLERECEIVER", value_name = "ID", value_parser = identity)]
    receiver: String,
    /// Control number in ISA13.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999_999_999))]
    control: u32,
    /// Mark the interchange as production (ISA15 P) rather than test.
    #[arg(long)]
    production: bool,
    /// Segments without line ends between them.
    #[arg(long)]
    one_line: bool,
    /// File to write, instead of the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let (_, found) = match arguments.subject.resolve() {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let Some(source) = Source::of(&found) else { return Exit::Unreadable };
    let options = Options {
        seed: arguments.seed,
        size: arguments.size,
        sets: arguments.count,
        defects: arguments.defects,
        date: arguments.date,
        sender: arguments.sender.clone(),
        receiver: arguments.receiver.clone(),
        control: arguments.control,
        production: arguments.production,
        lines: !arguments.one_line,
    };
    if let Some(megabytes) = arguments.megabytes {
        return large(arguments, &source, &options, u64::from(megabytes) << 20);
    }
    let sample = interchange(&source, &options);
    for defect in &sample.defects {
        let text = format!(
            "set {}, segment {} {}: {}",
            defect.set, defect.position, defect.segment, defect.what
        );
        crate::cli::tell(&text, Exit::Done);
    }
    super::print_to(arguments.output.as_deref(), &sample.bytes)
}

fn large(arguments: &Arguments, source: &Source<'_>, options: &Options, bytes: u64) -> Exit {
    let written = match &arguments.output {
        Some(path) => std::fs::File::create(path).and_then(|file| {
            let mut file = BufWriter::new(file);
            write_at_least(source, options, bytes, &mut file)?;
            file.flush()
        }),
        None => {
            let mut output = BufWriter::new(io::stdout().lock());
            write_at_least(source, options, bytes, &mut output).and_then(|_| output.flush())
        }
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            crate::cli::tell(&format!("can't write the sample: {error}"), Exit::World)
        }
        _ => Exit::Done,
    }
}

fn size(text: &str) -> Result<Size, String> {
    match text {
        "small" => Ok(Size::Small),
        "full" => Ok(Size::Full),
        _ => match text.parse() {
            Ok(lines @ 1..=1_000_000) => Ok(Size::Lines(lines)),
            _ => Err("write small, full, or a number of lines up to 1000000".to_owned()),
        },
    }
}

/// An id that can stand in ISA06, whatever the separators.
fn identity(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '_');
    if (2..=15).contains(&text.len()) && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("it has 2 to 15 letters and digits".to_owned())
    }
}
