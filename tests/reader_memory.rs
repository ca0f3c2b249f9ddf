//! Memory while a long stream is screened: a file of a gigabyte passes in what its largest set
//! takes and little more. A process of its own, so that the peak is its own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what can't be measured is a failed test")]
#![expect(clippy::print_stdout, reason = "the measured peak is worth reading")]

#[path = "reader/support.rs"]
#[expect(dead_code, reason = "shared with the tests of invented files")]
mod support;

use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};

use edigate::x12::report::{Screened, Sink, Verdict};
use edigate::x12::screen::{Options, screen};
use support::Shipped;

/// An interchange of orders, made while it is read.
struct Orders {
    orders: u32,
    lines: u32,
    next: u32,
    piece: io::Cursor<Vec<u8>>,
}

impl Orders {
    fn new(orders: u32, lines: u32) -> Self {
        let open =
            b"ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915\
            *U*00401*000000905*0*P*>~GS*PO*ACME*0012*20260131*0915*1*X*004010~";
        Self { orders, lines, next: 0, piece: io::Cursor::new(open.to_vec()) }
    }

    fn make(&self, number: u32) -> String {
        let lines: String = (1..=self.lines)
            .map(|line| {
                format!("PO1*{line}*{}*EA*2.5**UP*{:012}~", line * 3, u64::from(line) * 7919)
            })
            .collect();
        let control = format!("{number:09}");
        format!(
            "ST*850*{control}~BEG*00*SA*PO{number}**20260131~{lines}CTT*{}~SE*{}*{control}~",
            self.lines,
            self.lines + 4
        )
    }
}

impl Read for Orders {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.piece.read(into)?;
            if count > 0 || self.next > self.orders {
                return Ok(count);
            }
            self.next += 1;
            let piece = if self.next <= self.orders {
                self.make(self.next)
            } else {
                format!("GE*{}*1~IEA*1*000000905~", self.orders)
            };
            self.piece = io::Cursor::new(piece.into_bytes());
        }
    }
}

/// Counts sets and bytes.
#[derive(Default)]
struct Count {
    sets: u32,
    bytes: u64,
    largest: u64,
}

impl Sink for Count {
    fn set(&mut self, set: &Screened<'_>) {
        let bytes = u64::try_from(set.text.bytes.len()).unwrap();
        self.sets += 1;
        self.bytes += bytes;
        self.largest = self.largest.max(bytes);
    }
}

/// One measurement at a time, each with a peak of its own.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // 5 resets the peak (proc(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    turn
}

/// A field of /proc/self/status, in bytes.
fn status(field: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

/// Screens so many orders of so many lines, and says by how much memory grew.
fn growth(orders: u32, lines: u32) -> (Count, u64) {
    // Once before, so that the grammars are there.
    let mut sink = Count::default();
    screen(Orders::new(1, lines), &Shipped, &Options::default(), &mut sink).unwrap();
    let _turn = alone();
    let before = status("VmRSS");
    let mut sink = Count::default();
    let verdict = screen(Orders::new(orders, lines), &Shipped, &Options::default(), &mut sink);
    assert_eq!((verdict.unwrap(), sink.sets), (Verdict::Accepted, orders));
    let grown = status("VmHWM").saturating_sub(before);
    println!("{} bytes in {} sets: {grown} bytes of memory more", sink.bytes, sink.sets);
    (sink, grown)
}

#[test]
fn a_long_stream_is_screened_in_the_memory_of_a_short_one() {
    let (sink, grown) = growth(500, 1_000);
    assert!(sink.bytes > 15_000_000 && grown < 4 << 20, "{grown}");
}

#[test]
fn what_never_ends_is_not_kept() {
    let isa =
        b"ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915*U\
        *00401*000000905*0*P*>~";
    for byte in *b"X* \n" {
        let _turn = alone();
        let before = status("VmRSS");
        let endless = isa.chain(io::repeat(byte).take(40 << 20));
        let mut sink = Count::default();
        let verdict = screen(endless, &Shipped, &Options::default(), &mut sink).unwrap();
        let grown = status("VmHWM").saturating_sub(before);
        println!("{byte:#x}: {grown} bytes of memory more");
        assert_eq!(verdict, Verdict::Refused);
        assert!(grown < 24 << 20, "{byte:#x}: {grown}");
    }
}

#[test]
#[ignore = "a gigabyte takes minutes in a debug build"]
fn a_gigabyte_is_screened_in_little_more_than_its_largest_set() {
    let (sink, grown) = growth(5_000, 6_000);
    assert!(sink.bytes > 1 << 30 && grown < (64 << 20) + sink.largest, "{grown}");
}
