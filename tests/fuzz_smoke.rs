//! The fuzz targets on their seeds and some thousand mutations of them: the same functions that
//! `cargo fuzz` drives (tests/fuzz), briefly and the same in every run.

#![expect(clippy::unwrap_used, reason = "a seed that can't be read is a failed test")]
#![expect(clippy::expect_used, reason = "a target's law that fails is a failed test")]
#![expect(clippy::indexing_slicing, reason = "indices are taken modulo the length")]
#![expect(clippy::as_conversions, reason = "numbers of chance, cut on purpose")]

#[path = "fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

const MUTATIONS: usize = 150;

/// Files below `folder` with this ending.
fn seeds(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|end| name.ends_with(end)) {
                let bytes = fs::read(&path).unwrap();
                if bytes.len() < 20_000 {
                    found.push(bytes);
                }
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no seed in {folder}");
    found
}

/// Splitmix64: the same chance in every run.
fn chance(state: &mut u64, bound: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as usize % bound.max(1)
}

/// Flips, drops, repeats, swaps and splices pieces; favours the bytes that steer parsers.
fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], state: &mut u64) {
    for _ in 0..=chance(state, 3) {
        if bytes.is_empty() {
            return;
        }
        let at = chance(state, bytes.len());
        let end = (at + 1 + chance(state, 40)).min(bytes.len());
        match chance(state, 6) {
            0 => bytes[at] = chance(state, 256) as u8,
            1 => bytes[at] = b"*~:>^\r\n .-0\0ISA\xff\"[]="[chance(state, 20)],
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => bytes.truncate(at),
            _ => {
                let other = &seeds[chance(state, seeds.len())];
                let from = chance(state, other.len());
                let to = (from + 80).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
}

fn smoke(target: fn(&[u8]), seeds: &[Vec<u8>]) {
    let mut state = 20_261_122;
    for seed in seeds {
        target(seed);
        for _ in 0..MUTATIONS {
            let mut bytes = seed.clone();
            mutate(&mut bytes, seeds, &mut state);
            target(&bytes);
        }
    }
}

#[test]
fn no_bytes_break_screening_or_acknowledging() {
    smoke(targets::screen, &seeds("tests/fixtures/x12", &[".edi"]));
}

#[test]
fn no_bytes_between_the_envelopes_break_the_walk() {
    smoke(targets::lexer, &seeds("tests/fixtures/x12", &[".edi"]));
}

#[test]
fn no_text_breaks_the_grammar_parser_or_its_print() {
    let mut all = seeds("tests/fixtures", &[".guide", ".map", ".record"]);
    all.extend(seeds("grammars", &[".map", ".record"]));
    smoke(targets::grammar, &all);
}

#[test]
fn no_text_breaks_the_partner_reader() {
    smoke(targets::partner, &seeds("tests/fixtures/partners", &[".toml"]));
}
