//! Learns the separators of an interchange from its ISA.
//!
//! The standard fixes every width of ISA, so that byte 4 is the element separator, byte 105 the
//! component separator and byte 106 the segment terminator (X12.5 §4.1). Partners collapse the
//! padding, leave out ISA16, write a line end where the terminator should be, or take a
//! character outside ASCII. So fields are split at the separator rather than cut by width, and
//! where the end of ISA can be read in two ways the segment that follows decides: GS, TA1 and
//! IEA end in something alphanumeric, and what stands behind it is the terminator.
//!
//! Nothing here judges what the fields hold; that is `screen/envelope.rs`.

mod ending;

use nom::bytes::complete::{tag, take, take_while_m_n};
use nom::character::complete::char;
use nom::combinator::map_opt;
use nom::error::{Error, ErrorKind};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Offset, Parser};

use super::finding::{Fault, Oddity};
use super::segment::Delimiters;
use ending::Ending;

/// Bytes from the start of ISA that [`learn`] looks at: ISA, the segment after it, and some
/// lines to tell wrapped text from lines that are segments.
pub const LOOKAHEAD: usize = 4096;

/// Widths of ISA01 to ISA16 (X12.5).
pub const WIDTHS: [usize; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// Stands for the component separator when ISA16 is missing: US, which no text contains.
pub const NO_COMPONENT: u8 = 0x1F;

/// Longest field of a header that is still taken for one: ISA06 padded with two-byte blanks fits.
const FIELD_BYTES: usize = 64;

/// One element of ISA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field<'a> {
    /// Offset from the `I` of ISA.
    pub at: usize,
    /// As sent, padding included.
    pub bytes: &'a [u8],
}

/// Something about the header that is to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// A tolerated oddity, or the TA1 note of a separator that cannot be used.
    pub fault: Fault,
    /// The element of ISA, from 1.
    pub element: Option<u8>,
    /// Offset from the `I` of ISA.
    pub at: usize,
    /// Bytes concerned.
    pub length: usize,
}

/// An ISA that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned<'a> {
    /// ISA01 to ISA16; missing ones are empty.
    pub elements: [Field<'a>; 16],
    /// The separators in force.
    pub delimiters: Delimiters,
    /// Bytes from `ISA` to the end of its terminator.
    pub length: usize,
    /// Whether segments can be told apart with these separators.
    pub usable: bool,
    /// What was tolerated, and which separators cannot be.
    pub remarks: Vec<Remark>,
}

/// Reads the ISA at the start of `bytes`; `None` when what stands there is no header.
///
/// `bytes` should hold [`LOOKAHEAD`] bytes or all there are.
///
/// ```
/// let isa = b"ISA*00*          *00*          *ZZ*ACME           *01*0012           \
///             *260131*0915*U*00401*000000905*0*P*>~GS*PO*ACME*0012*20260131*0915*1*X*004010~";
/// let learned = edigate::x12::delimiters::learn(isa).unwrap();
/// assert_eq!((learned.delimiters.element, learned.delimiters.component), (b'*', b'>'));
/// assert_eq!(learned.delimiters.terminator, b'~');
/// assert!(learned.remarks.is_empty() && learned.length == 106);
/// ```
#[must_use]
pub fn learn(bytes: &[u8]) -> Option<Learned<'_>> {
    let separator = separator(bytes).ok()?.1;
    let split = fields(bytes).ok().filter(|(_, found)| plausible(found));
    let (elements, rest, broken) = match split {
        Some((rest, found)) => (found, rest, None),
        None => positional(bytes, separator).filter(|(found, ..)| plausible(found))?,
    };
    let after = bytes.offset(rest);
    let ending = Ending::find(rest, separator);
    let mut learned = assemble(bytes, elements, after, separator, &ending);
    if let Some(at) = broken {
        learned.remark(note(26), None, at, 1);
    }
    Some(learned)
}

/// `ISA` and the element separator behind it.
fn separator(input: &[u8]) -> IResult<&[u8], u8> {
    let one = map_opt(take(1usize), |byte: &[u8]| byte.first().copied());
    let (rest, byte) = preceded(tag(&b"ISA"[..]), one).parse(input)?;
    let blank = matches!(byte, b' ' | b'\r' | b'\n' | b'\0');
    if blank || byte >= 0x80 || (byte.is_ascii_alphanumeric() && !at_fixed_places(input, byte)) {
        return Err(nom::Err::Error(Error::new(input, ErrorKind::Char)));
    }
    Ok((rest, byte))
}

/// ISA01 to ISA15 by their separators; what is left begins behind ISA15.
fn fields(input: &[u8]) -> IResult<&[u8], [Field<'_>; 16]> {
    let (mut rest, separator) = separator(input)?;
    let mut found = [Field::default(); 16];
    for field in found.iter_mut().take(14) {
        let at = input.offset(rest);
        let blank = |byte| matches!(byte, b'\t' | b'\r' | b'\n');
        let inside = |byte: u8| byte != separator && (byte >= b' ' || blank(byte));
        let text = take_while_m_n(0, FIELD_BYTES, inside);
        let (after, bytes) = terminated(text, char(char::from(separator))).parse(rest)?;
        *field = Field { at, bytes };
        rest = after;
    }
    let at = input.offset(rest);
    let letter = |byte: u8| byte.is_ascii_alphanumeric() && byte != separator;
    let (after, bytes) = take_while_m_n(0, 4, letter).parse(rest)?;
    if let Some(field) = found.get_mut(14) {
        *field = Field { at, bytes };
    }
    Ok((after, found))
}

/// Fields cut by their widths, for a header of the right shape in which a separator was
/// overwritten; with the offset of the first such place.
fn positional(bytes: &[u8], separator: u8) -> Option<([Field<'_>; 16], &[u8], Option<usize>)> {
    let mut found = [Field::default(); 16];
    let mut at = 4usize;
    let mut broken = None;
    let mut wrong = 0;
    for (field, width) in found.iter_mut().zip(WIDTHS).take(15) {
        let end = at.checked_add(width)?;
        *field = Field { at, bytes: bytes.get(at..end)? };
        if *bytes.get(end)? != separator {
            wrong += 1;
            broken = broken.or(Some(end));
        }
        at = end.checked_add(1)?;
    }
    (wrong <= 3).then_some(())?;
    Some((found, bytes.get(at.checked_sub(1)?..)?, broken))
}

/// Whether `separator` stands at all sixteen places where the standard has it.
fn at_fixed_places(bytes: &[u8], separator: u8) -> bool {
    let mut at = 3usize;
    WIDTHS.iter().all(|width| {
        let here = bytes.get(at) == Some(&separator);
        at = at.saturating_add(*width).saturating_add(1);
        here
    })
}

/// Whether the fields look like a header's: most of what has a fixed shape has it.
fn plausible(elements: &[Field<'_>; 16]) -> bool {
    let text = |number: usize| elements.get(number).map_or(&[][..], |f| f.bytes.trim_ascii());
    let digits = |number: usize, longest: usize| {
        let text = text(number);
        !text.is_empty() && text.len() <= longest && text.iter().all(u8::is_ascii_digit)
    };
    let version = digits(11, 6);
    let qualifiers = [0, 2, 4, 6].into_iter().filter(|&n| text(n).len() <= 2).count();
    let flags = [10, 13, 14].into_iter().filter(|&n| text(n).len() <= 1).count();
    let dated = usize::from(digits(8, 8)) + usize::from(digits(9, 6));
    let numbered = usize::from(digits(12, 14));
    let score = usize::from(version) * 2 + qualifiers + flags + dated + numbered;
    score >= 10
}

/// Puts the pieces together and tells what was odd about them.
fn assemble<'a>(
    bytes: &'a [u8],
    mut elements: [Field<'a>; 16],
    after: usize,
    separator: u8,
    ending: &Ending,
) -> Learned<'a> {
    let component = ending.component.unwrap_or(NO_COMPONENT);
    let terminator = ending.terminator;
    let component_at = after.saturating_add(usize::from(ending.separated));
    if let (Some(_), Some(field)) = (ending.component, elements.get_mut(15)) {
        let end = component_at.saturating_add(1);
        *field =
            Field { at: component_at, bytes: bytes.get(component_at..end).unwrap_or_default() };
    }
    let repetition = repetition(&elements);
    let mut learned = Learned {
        elements,
        delimiters: Delimiters {
            element: separator,
            component,
            repetition: repetition
                .filter(|&byte| byte != separator && byte != component && byte != terminator.first),
            terminator: terminator.first,
            terminator_rest: terminator.rest,
        },
        length: after.saturating_add(ending.length),
        usable: true,
        remarks: Vec::new(),
    };
    learned.judge_widths();
    learned.judge_separators(ending, component_at, repetition);
    learned
}

/// ISA11 where it is a separator: ISA12 00402 or later, and no letter, digit or blank.
fn repetition(elements: &[Field<'_>; 16]) -> Option<u8> {
    let version = elements.get(11)?.bytes.trim_ascii();
    let recent = version.len() == 5 && version >= b"00402".as_slice();
    match elements.get(10)?.bytes {
        [byte] if recent && byte.is_ascii_graphic() && !byte.is_ascii_alphanumeric() => Some(*byte),
        [byte @ 1..=0x1F] if recent => Some(*byte),
        _ => None,
    }
}

impl Learned<'_> {
    fn remark(&mut self, fault: Fault, element: Option<u8>, at: usize, length: usize) {
        self.remarks.push(Remark { fault, element, at, length });
    }

    /// The first element that is not of its width is told; one warning is enough.
    fn judge_widths(&mut self) {
        let odd = (1u8..).zip(self.elements.iter().zip(WIDTHS)).take(15);
        let first = odd
            .filter(|(_, (field, width))| field.bytes.len() != *width)
            .map(|(number, (field, _))| (number, field.at, field.bytes.len()))
            .next();
        if let Some((number, at, length)) = first {
            self.remark(Fault::Tolerated(Oddity::IsaWidths), Some(number), at, length);
        }
    }

    fn judge_separators(&mut self, ending: &Ending, at: usize, repetition: Option<u8>) {
        let Delimiters { element, component, terminator, .. } = self.delimiters;
        let end = self.length.saturating_sub(ending.terminator.length);
        let width = ending.terminator.length;
        if element.is_ascii_alphanumeric() {
            self.usable = false;
            self.remark(note(26), None, 3, 1);
        } else if element == b'~' {
            self.remark(Fault::Tolerated(Oddity::UnusualSeparator), None, 3, 1);
        }
        if terminator.is_ascii_alphanumeric() || terminator == b' ' || terminator == element {
            self.usable = false;
            self.remark(note(4), None, end, width);
        } else if terminator >= 0x80 && width > 1 {
            self.remark(Fault::Tolerated(Oddity::WideTerminator), None, end, width);
        } else if !matches!(terminator, b'~' | 0x1C) {
            self.remark(Fault::Tolerated(Oddity::UnusualTerminator), None, end, width);
        }
        if component.is_ascii_alphanumeric() || component == element || component == terminator {
            self.delimiters.component = NO_COMPONENT;
            self.remark(note(27), Some(16), at, 1);
        }
        if repetition.is_some() && self.delimiters.repetition.is_none() {
            let place = self.elements.get(10).map_or(0, |field| field.at);
            self.remark(note(16), Some(11), place, 1);
        }
        if ending.short {
            self.remark(Fault::Tolerated(Oddity::IsaShort), Some(16), at, 0);
        }
    }
}

fn note(note: u16) -> Fault {
    Fault::Interchange { note, expected: "".into() }
}
