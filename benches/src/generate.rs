//! Invented 835 and 850 interchanges of any size, the same for the same seed.

use std::fmt::Write as _;

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 835 in 005010X221A1: remittances of twenty claims each.
    Remittance,
    /// 850 in 004010: orders of twelve lines each.
    Order,
}

/// One interchange of at least `bytes` bytes; every `every`th set has three defects (0: none).
pub fn interchange(kind: Kind, bytes: usize, every: usize) -> String {
    let mut chance = Chance(0x5eed);
    let mut text = String::with_capacity(bytes.saturating_add(4_096));
    let (version, release, group) = match kind {
        Kind::Remittance => ("00501", "005010X221A1", "HP"),
        Kind::Order => ("00401", "004010", "PO"),
    };
    let repetition = if kind == Kind::Remittance { '^' } else { 'U' };
    let _ = write!(
        text,
        "ISA*00*          *00*          *ZZ*BENCHSENDER    *ZZ*BENCHRECEIVER  *261122*0817*\
         {repetition}*{version}*000000001*0*P*:~\
         GS*{group}*BENCHSENDER*BENCHRECEIVER*20261122*0817*1*X*{release}~"
    );
    let mut sets = 0usize;
    while text.len() < bytes || sets == 0 {
        sets += 1;
        let broken = every > 0 && sets.is_multiple_of(every);
        match kind {
            Kind::Remittance => remittance(&mut text, sets, broken, &mut chance),
            Kind::Order => order(&mut text, sets, broken, &mut chance),
        }
    }
    let _ = write!(text, "GE*{sets}*1~IEA*1*000000001~");
    text
}

/// One interchange with one set, as small vendors send it.
pub fn small(kind: Kind) -> String {
    interchange(kind, 0, 0)
}

fn remittance(text: &mut String, number: usize, broken: bool, chance: &mut Chance) {
    let start = text.len();
    let claims = 20;
    let date = if broken { "20261399" } else { "20261120" };
    let _ = write!(
        text,
        "ST*835*{number:04}~BPR*I*{}.00*C*ACH*CCP*01*071000013*DA*12345*1512345678**01*071000039\
         *DA*98765*{date}~TRN*1*{number:010}*1512345678~DTM*405*20261120~\
         N1*PR*PLAINFIELD HEALTH PLAN~N3*12 INVENTED WAY~N4*SPRINGFIELD*IL*62701~\
         PER*BL*PROVIDER DESK*TE*5550100~\
         N1*PE*RIVERBEND CLINIC*XX*1234567893~REF*TJ*123456789~LX*1~",
        claims * 100
    );
    for claim in 0..claims {
        let code = 10_000 + chance.below(89_999);
        let status = if broken && claim == 3 { "" } else { "1" };
        let _ = write!(
            text,
            "CLP*{number:06}{claim:03}*{status}*150.00*100.00*20.00*12*{code}{claim:04}*11*1~\
             NM1*QC*1*DOE{claim}*ALEX****MI*W{code}~NM1*82*2*RIVERBEND CLINIC*****XX*1234567893~\
             DTM*232*20261101~SVC*HC:99213:25*100.00*80.00**1~DTM*472*20261101~\
             CAS*PR*1*20.00~AMT*B6*80.00~SVC*HC:85025*50.00*20.00**1~DTM*472*20261101~\
             CAS*CO*45*30.00~AMT*B6*20.00~"
        );
    }
    if broken {
        text.push_str("QQQ*1~");
    }
    close(text, start, number);
}

fn order(text: &mut String, number: usize, broken: bool, chance: &mut Chance) {
    let start = text.len();
    let date = if broken { "20261399" } else { "20261120" };
    let _ = write!(
        text,
        "ST*850*{number:04}~BEG*00*SA*PO{number:08}**{date}~CUR*BY*USD~REF*DP*042~\
         DTM*002*20261201~N1*ST*DC SEVEN*UL*0614141000012~N3*7 DEPOT ROAD~\
         N4*SPRINGFIELD*IL*62701*US~N1*BY*NORTHWIND STORES*92*0042~"
    );
    for line in 1..=12 {
        let quantity = 1 + chance.below(500);
        let unit = if broken && line == 4 { "" } else { "EA" };
        let _ = write!(
            text,
            "PO1*{line}*{quantity}*{unit}*{}.{:02}**UP*0614141{line:05}*VN*V-{}~\
             PID*F****INVENTED ITEM {line}~",
            1 + chance.below(90),
            chance.below(100),
            chance.below(99_999)
        );
    }
    if broken {
        text.push_str("QQQ*1~");
    }
    text.push_str("CTT*12~");
    close(text, start, number);
}

/// SE with the right count: the segments since `start` and itself.
fn close(text: &mut String, start: usize, number: usize) {
    let segments = text[start..].matches('~').count() + 1;
    let _ = write!(text, "SE*{segments}*{number:04}~");
}

/// A small generator of chance, the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}
