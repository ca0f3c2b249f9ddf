#![allow(
    clippy::all,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "probe"
)]
#[path = "../benches/src/generate.rs"]
mod generate;
use edigate::grammar::library::Library;
use edigate::x12::segment::{Delimiters, SetText, Span};
use edigate::x12::validate::{Options, Validator};
use std::time::Instant;

struct Lexed {
    start: usize,
    end: usize,
    segments: Vec<Span>,
    ends: Vec<u32>,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let kind = args.get(1).map(String::as_str).unwrap_or("835");
    let mb: usize = args.get(2).and_then(|a| a.parse().ok()).unwrap_or(40);
    let rounds: usize = args.get(3).and_then(|a| a.parse().ok()).unwrap_or(5);
    let (k, path) = match kind {
        "850" => (generate::Kind::Order, ("004010", "850")),
        _ => (generate::Kind::Remittance, ("005010X221A1", "835")),
    };
    let text = generate::interchange(k, mb << 20, 0);
    let bytes = text.as_bytes();
    let delimiters = Delimiters {
        element: b'*',
        component: b':',
        repetition: if kind == "850" { None } else { Some(b'^') },
        terminator: b'~',
        terminator_rest: [0; 3],
    };
    let library = Library::shipped();
    let resolution = library.resolve(path.0, path.1, None);
    let schema = resolution.schema.clone().unwrap();
    println!("schema {}", schema.rule);
    let mut sets = Vec::new();
    let mut at = 0;
    let mut current: Option<Lexed> = None;
    while let Some(len) = memchr::memchr(b'~', &bytes[at..]) {
        let end = at + len;
        let seg = &bytes[at..end];
        if seg.starts_with(b"ST*") {
            current = Some(Lexed { start: at, end: 0, segments: vec![], ends: vec![] });
        }
        if let Some(c) = &mut current {
            let base = c.start;
            let first_end = c.ends.len() as u32;
            for e in memchr::memchr_iter(b'*', seg) {
                c.ends.push((at - base + e) as u32);
            }
            c.ends.push((end - base) as u32);
            c.segments.push(Span {
                start: (at - base) as u32,
                end: (end - base) as u32,
                first_end,
            });
            c.end = end + 1;
        }
        if seg.starts_with(b"SE*") {
            sets.push(current.take().unwrap());
        }
        at = end + 1;
    }
    let total: usize = sets.iter().map(|s| s.end - s.start).sum();
    let segments: usize = sets.iter().map(|s| s.segments.len()).sum();
    println!("{} sets, {} segments, {:.1} MB", sets.len(), segments, total as f64 / 1e6);
    let mut validator = Validator::new();
    for round in 0..rounds {
        let t = Instant::now();
        let mut n = 0u64;
        let mut ends: Vec<u32> = Vec::with_capacity(16_000_000);
        ends.clear();
        for p in memchr::memchr2_iter(b'*', b'~', bytes) {
            n += 1;
            ends.push(p as u32);
        }
        let tok = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let mut found = 0;
        for s in &sets {
            let set = SetText {
                bytes: &bytes[s.start..s.end],
                offset: s.start as u64,
                dropped: &[],
                delimiters,
                segments: &s.segments,
                ends: &s.ends,
            };
            let f = validator.check(set, &schema, &Options::default());
            if round == 0 && found < 3 {
                for f in &f {
                    println!("{f:?}");
                }
            }
            found += f.len();
        }
        let val = t.elapsed().as_secs_f64();
        println!(
            "tokens {n}: memchr {:.0} MB/s, validate {:.0} MB/s ({:.1} ns/segment), ratio {:.2}, findings {found}",
            total as f64 / 1e6 / tok,
            total as f64 / 1e6 / val,
            val * 1e9 / segments as f64,
            val / tok
        );
    }
}
