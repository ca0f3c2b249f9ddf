//! Edigate beside its peers, in one run: rates, ratios and memory.
//!
//! Each measurement is a process of its own, so that its peak memory is its own. Contenders take
//! turns and the best of several turns counts: on a busy machine the best is the least disturbed.
//!
//!     cargo run --release --manifest-path benches/Cargo.toml            everything, 100 MB files
//!     cargo run --release --manifest-path benches/Cargo.toml -- --mb 20 smaller files
//!     cargo run --manifest-path benches/Cargo.toml -- --smoke           once, tiny: does it run?

mod generate;
mod ours;
mod peers;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use generate::Kind;

/// What one process measured.
#[derive(Clone, Copy, Debug)]
struct Measured {
    seconds: f64,
    peak_mb: f64,
}

/// A contest: the first contender is ours, the others are its peers.
struct Contest {
    title: &'static str,
    aim: &'static str,
    input: Input,
    contenders: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Input {
    File(Kind, usize),
    Small(usize),
}

const CONTESTS: &[Contest] = &[
    Contest {
        title: "tokenise 835",
        aim: "1.7x x12-stream-parser",
        input: Input::File(Kind::Remittance, 0),
        contenders: &["edigate-tokenise", "x12-stream-parser"],
    },
    Contest {
        title: "tokenise 850",
        aim: "1.7x x12-stream-parser",
        input: Input::File(Kind::Order, 0),
        contenders: &["edigate-tokenise", "x12-stream-parser"],
    },
    Contest {
        title: "validate 835 with 999",
        aim: "3x edi's tree without validation",
        input: Input::File(Kind::Remittance, 0),
        contenders: &["edigate-acknowledge", "edi-tree"],
    },
    Contest {
        title: "validate 850 with 997",
        aim: "3x edi's tree without validation",
        input: Input::File(Kind::Order, 0),
        contenders: &["edigate-acknowledge", "edi-tree"],
    },
    Contest {
        title: "validate 835 with 999, every tenth set broken",
        aim: "3x edi's tree without validation",
        input: Input::File(Kind::Remittance, 10),
        contenders: &["edigate-acknowledge", "edi-tree"],
    },
    Contest {
        title: "validate 850 with 997, every set broken",
        aim: "3x edi's tree without validation",
        input: Input::File(Kind::Order, 1),
        contenders: &["edigate-acknowledge", "edi-tree"],
    },
    Contest {
        title: "validate 835 beside a validator",
        aim: "1000x pyx12",
        input: Input::File(Kind::Remittance, 0),
        contenders: &["edigate-acknowledge", "pyx12"],
    },
    Contest {
        title: "read 835 to canonical",
        aim: "5x x12-types' typed parse",
        input: Input::File(Kind::Remittance, 0),
        contenders: &["edigate-read", "x12-types-835"],
    },
    Contest {
        title: "read 850 to canonical",
        aim: "5x x12-types' typed parse",
        input: Input::File(Kind::Order, 0),
        contenders: &["edigate-read", "x12-types-850"],
    },
    Contest {
        title: "write 850 from canonical",
        aim: "none; beside reading it",
        input: Input::File(Kind::Order, 0),
        contenders: &["edigate-write", "edigate-read"],
    },
    Contest {
        title: "2,000 small 850 files, validated and acknowledged",
        aim: "40,000 files/s",
        input: Input::Small(2_000),
        contenders: &["edigate-small", "edi-small"],
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["child", contender, input] => child(contender, Path::new(input)),
        ["--smoke"] => contests(20_000, 1, 20),
        ["--mb", size] => contests(size.parse::<usize>().expect("a number") * 1_000_000, 5, 2_000),
        [] => contests(100_000_000, 5, 2_000),
        _ => {
            eprintln!("usage: edigate-benches [--smoke | --mb N]");
            std::process::exit(2);
        }
    }
}

fn contests(bytes: usize, turns: usize, small: usize) {
    let folder = std::env::temp_dir().join(format!("edigate-benches-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the inputs");
    for contest in CONTESTS {
        let slow = contest.contenders.contains(&"pyx12");
        // x12-types holds over 500 times the file of an 850: a large one would not fit here.
        let hungry = contest.contenders.contains(&"x12-types-850");
        let bytes = if hungry { bytes.min(10_000_000) } else { bytes };
        let (path, bytes, count) = input(&folder, contest.input, bytes, small);
        let mut best: Vec<Option<(f64, f64)>> = vec![None; contest.contenders.len()];
        for _ in 0..if slow { 1 } else { turns } {
            for (index, contender) in contest.contenders.iter().enumerate() {
                let path = if *contender == "pyx12" { &pyx12_input(&folder) } else { &path };
                let size = std::fs::metadata(path).map_or(0, |m| m.len()) as f64;
                let Some(measured) = measure(contender, path) else { continue };
                let rate = size / measured.seconds;
                if best[index].is_none_or(|(before, _)| rate > before) {
                    best[index] = Some((rate, measured.peak_mb));
                }
            }
        }
        println!("\n{} ({:.1} MB, aim: {})", contest.title, bytes as f64 / 1e6, contest.aim);
        let ours = best[0].map_or(f64::NAN, |(rate, _)| rate);
        for (contender, best) in contest.contenders.iter().zip(&best) {
            let Some((rate, peak)) = best else {
                println!("  {contender:<22} not run: the peer is absent");
                continue;
            };
            let files = if count > 0 {
                format!("  {:.0} files/s", rate / bytes as f64 * count as f64)
            } else {
                String::new()
            };
            println!(
                "  {contender:<22} {:>9.2} MB/s  peak {peak:>8.1} MB  edigate is {:.2}x{files}",
                rate / 1e6,
                ours / rate
            );
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}

/// The input's file, its size, and the number of small files in it.
fn input(folder: &Path, input: Input, bytes: usize, small: usize) -> (PathBuf, usize, usize) {
    let (name, text, count) = match input {
        Input::File(kind, every) => {
            (format!("{kind:?}-{every}.edi"), generate::interchange(kind, bytes, every), 0)
        }
        Input::Small(count) => {
            let count = count.min(small);
            ("small.edi".to_owned(), generate::small(Kind::Order).repeat(count), count)
        }
    };
    let path = folder.join(name);
    std::fs::write(&path, &text).expect("room for the inputs");
    (path, text.len(), count)
}

/// pyx12 takes minutes for what others do in a second: it gets a small file, rates are compared.
fn pyx12_input(folder: &Path) -> PathBuf {
    let path = folder.join("pyx12.edi");
    if !path.exists() {
        let text = generate::interchange(Kind::Remittance, 300_000, 0);
        std::fs::write(&path, text).expect("room for the inputs");
    }
    path
}

/// Runs one contender in a process of its own; `None` when it can't run here.
fn measure(contender: &str, path: &Path) -> Option<Measured> {
    let output = if contender == "pyx12" {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pyx12_peer.py");
        let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers/pyx12");
        let python = Command::new(peer).arg("python").output().ok()?;
        let python = String::from_utf8(python.stdout).ok()?;
        Command::new(python.trim()).arg(script).arg(path).output().ok()?
    } else {
        let me = std::env::current_exe().expect("this program has a path");
        Command::new(me).args(["child", contender]).arg(path).output().expect("a child process")
    };
    if !output.status.success() {
        if contender == "pyx12" {
            return None;
        }
        panic!("{contender} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>());
    Some(Measured { seconds: numbers.next()?.ok()?, peak_mb: numbers.next()?.ok()? })
}

/// Does the work once, prints seconds and peak megabytes.
fn child(contender: &str, path: &Path) {
    // Peers need the whole text in memory; ours reads the file as it goes, which counts in its time.
    let text = if contender.starts_with("edigate") && contender != "edigate-tokenise" {
        String::new()
    } else {
        std::fs::read_to_string(path).expect("the input")
    };
    let prepared = ours::prepare(contender, path);
    let start = Instant::now();
    let work = match contender {
        "edigate-tokenise" => ours::tokenise(text.as_bytes()),
        "edigate-acknowledge" => ours::acknowledge(&prepared, path),
        "edigate-read" => ours::read(&prepared, path),
        "edigate-write" => ours::write(&prepared),
        "edigate-small" => ours::small(&prepared, path),
        "x12-stream-parser" => peers::tokenise(&text),
        "edi-tree" => peers::tree(&text),
        "edi-small" => peers::trees(&text),
        "x12-types-835" => peers::typed_remittance(&text),
        "x12-types-850" => peers::typed_order(&text),
        other => panic!("no contender {other}"),
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(work > 0, "{contender} did nothing");
    println!("{seconds} {}", peak_mb());
}

/// The most memory this process ever held.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}
