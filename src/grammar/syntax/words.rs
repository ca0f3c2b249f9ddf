//! The words of one line: what all kinds of text share, from numbers and codes to conditions
//! and prose. Every failure carries the column and the length of the word that is wrong.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, digit1, satisfy};
use nom::combinator::{opt, recognize, rest as all, verify};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::grammar::error::nearest;
use crate::grammar::line::{
    Address, Clause, ElementRef, Maximum, ReleaseRange, Requirement, Test, Where,
};
use crate::limits::{GRAMMAR_PROSE_WORDS, SEGMENT_ELEMENTS};

/// What is wrong with a line, before its file and number are known.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) column: u32,
    pub(super) length: u32,
    pub(super) sentence: String,
    pub(super) hint: Option<String>,
}

impl Fault {
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

pub(super) type Parsed<T> = Result<T, Fault>;

/// A line being read from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    line: &'a str,
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { line, rest: line.trim_start_matches(' ') }
    }

    /// What is left of the line.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next word without taking it; empty at the end.
    pub(super) fn peek(&self) -> &'a str {
        self.rest.split(' ').next().unwrap_or("")
    }

    /// The words after the next one, to look further ahead.
    pub(super) fn after(&self) -> Self {
        let mut words = *self;
        words.take(self.peek().len());
        words
    }

    /// Takes `bytes` and the blanks after them.
    fn take(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("").trim_start_matches(' ');
    }

    /// Takes what the nom parser takes.
    pub(super) fn apply<T>(
        &mut self,
        mut parser: impl FnMut(&'a str) -> IResult<&'a str, T>,
    ) -> Option<T> {
        let (rest, value) = parser(self.rest).ok()?;
        self.rest = rest.trim_start_matches(' ');
        Some(value)
    }

    /// A fault at the next word.
    pub(super) fn fault(&self, sentence: impl Into<String>) -> Fault {
        self.fault_of(self.peek().chars().count(), sentence)
    }

    fn fault_of(&self, characters: usize, sentence: impl Into<String>) -> Fault {
        let before = self.line.get(..self.line.len() - self.rest.len()).unwrap_or("");
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Fault {
            column: narrow(before.chars().count() + 1),
            length: narrow(characters.max(1)),
            sentence: sentence.into(),
            hint: None,
        }
    }

    /// "expected X": what stands here is not what must.
    pub(super) fn expected(&self, what: &str) -> Fault {
        match self.peek() {
            "" => self.fault(format!("the line ends where {what} is expected")),
            word => self.fault(format!("\"{word}\" is not {what}")),
        }
    }

    /// The same with the likely one of `candidates`, or all of them when they are few.
    pub(super) fn expected_one(&self, what: &str, candidates: &[&str]) -> Fault {
        let fault = self.expected(what);
        match nearest(self.peek(), candidates.iter().copied()) {
            Some(word) => fault.hint(format!("did you mean {word}?")),
            None if candidates.len() <= 12 => {
                fault.hint(format!("it is one of: {}", candidates.join(", ")))
            }
            None => fault,
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Parsed<()> {
        if self.is_empty() {
            return Ok(());
        }
        let rest = self.rest.chars().count();
        Err(self
            .fault_of(rest, "nothing may follow here")
            .hint("take it out, or begin a comment with two blanks and #"))
    }

    /// Takes the next word when it is `keyword`.
    pub(super) fn eat(&mut self, keyword: &str) -> bool {
        let found = self.peek() == keyword;
        if found {
            self.take(keyword.len());
        }
        found
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Parsed<()> {
        if self.eat(keyword) {
            Ok(())
        } else {
            Err(self.expected_one("the word needed here", &[keyword]))
        }
    }

    /// The next word, which `fits`.
    pub(super) fn word(&mut self, what: &str, fits: impl Fn(&str) -> bool) -> Parsed<String> {
        let word = self.peek();
        if word.is_empty() || !fits(word) {
            return Err(self.expected(what));
        }
        self.take(word.len());
        Ok(word.to_owned())
    }

    /// One of a few words.
    pub(super) fn one_of<T: Copy>(&mut self, what: &str, words: &[(&str, T)]) -> Parsed<T> {
        let found = words.iter().find(|(word, _)| *word == self.peek());
        let Some((word, value)) = found else {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            return Err(self.expected_one(what, &words));
        };
        self.take(word.len());
        Ok(*value)
    }

    /// A field, part, code word or list name: `name = lower {lower|digit|"_"}`.
    pub(super) fn name(&mut self, what: &str) -> Parsed<String> {
        self.word(what, is_name)
            .map_err(|fault| fault.hint("a name has small letters, digits and _ only"))
    }

    /// A segment id: two or three capitals and digits.
    pub(super) fn id(&mut self) -> Parsed<String> {
        let capitals = self.peek().to_ascii_uppercase();
        self.word("a segment id", is_id).map_err(|fault| match is_id(&capitals) {
            true => fault.hint(format!("did you mean {capitals}?")),
            false => fault.hint("it has two or three capitals and digits"),
        })
    }

    /// A release: six digits and perhaps more.
    pub(super) fn release(&mut self) -> Parsed<String> {
        self.word("a release", is_release).map_err(|fault| {
            fault.hint("a release is six digits, perhaps with an implementation: 005010X221A1")
        })
    }

    /// A whole number from `from` to `to`.
    pub(super) fn number(&mut self, what: &str, from: u32, to: u32) -> Parsed<u32> {
        let word = self.peek();
        match word.parse::<u32>() {
            Ok(number) if is_number(word) && (from..=to).contains(&number) => {
                self.take(word.len());
                Ok(number)
            }
            Ok(_) if is_number(word) => {
                Err(self.expected(what).hint(format!("it goes from {from} to {to}")))
            }
            _ => Err(self.expected(what)),
        }
    }

    /// An element position of two digits.
    pub(super) fn position(&mut self) -> Parsed<u8> {
        let last = u32::try_from(SEGMENT_ELEMENTS).unwrap_or(u32::MAX);
        let number = self.number("an element position", 1, last)?;
        Ok(u8::try_from(number).unwrap_or(u8::MAX))
    }

    /// A range of numbers `8..10`, both from `from` to `to` and in this order.
    pub(super) fn range(&mut self, what: &str, from: u32, to: u32) -> Parsed<(u32, u32)> {
        let word = self.peek();
        let numbers = range(word).ok().filter(|(rest, _)| rest.is_empty());
        match numbers.and_then(|(_, (low, high))| Some((low.parse().ok()?, high.parse().ok()?))) {
            Some((low, high)) if from <= low && low <= high && high <= to => {
                self.take(word.len());
                Ok((low, high))
            }
            Some(_) => {
                let most = if to < u32::MAX { format!(" to {to}") } else { String::new() };
                let hint = format!("both numbers go from {from}{most}, the smaller first");
                Err(self.expected(what).hint(hint))
            }
            None => Err(self.expected(what).hint("write it as 1..35")),
        }
    }

    /// A code, quoted or plain.
    pub(super) fn code(&mut self, what: &str) -> Parsed<String> {
        match self.apply(code) {
            Some(code) => Ok(code.to_owned()),
            None => Err(self.expected(what)),
        }
    }

    /// Codes joined by `|`.
    pub(super) fn alternatives(&mut self, what: &str) -> Parsed<Vec<String>> {
        let mut codes = vec![self.code(what)?];
        while self.apply(tag("|")).is_some() {
            codes.push(self.code(what)?);
        }
        Ok(codes)
    }

    pub(super) fn requirement(&mut self) -> Parsed<Requirement> {
        use Requirement::{If, May, Must};
        self.one_of("a requirement", &[("must", Must), ("may", May), ("if", If)])
    }

    /// `must` or `may`: segments, loops and fields know no `if`.
    pub(super) fn presence(&mut self) -> Parsed<Requirement> {
        use Requirement::{May, Must};
        if self.peek() == "if" {
            let fault = self.fault("\"if\" is for elements only");
            return Err(fault.hint("write must or may"));
        }
        self.one_of("a requirement", &[("must", Must), ("may", May)])
    }

    pub(super) fn maximum(&mut self) -> Parsed<Maximum> {
        if self.eat("any") {
            return Ok(Maximum::Any);
        }
        self.number("a maximum", 1, 9_999_999)
            .map(Maximum::Times)
            .map_err(|fault| fault.hint("write a number or any"))
    }

    /// `02`, `01.3`, `01.3..6`.
    pub(super) fn element(&mut self) -> Parsed<ElementRef> {
        match element_word(self.peek()) {
            Some(at) if at.element > 0 => {
                self.take(self.peek().len());
                Ok(at)
            }
            _ => Err(self.expected("an element position").hint("write it as 02, 01.3 or 01.3..6")),
        }
    }

    /// `where C and C`, or nothing.
    pub(super) fn condition(&mut self) -> Parsed<Where> {
        if self.eat("where") { self.clauses() } else { Ok(Where::new()) }
    }

    /// `C and C`.
    pub(super) fn clauses(&mut self) -> Parsed<Where> {
        let mut clauses = vec![self.clause()?];
        while self.eat("and") {
            clauses.push(self.clause()?);
        }
        Ok(clauses)
    }

    fn clause(&mut self) -> Parsed<Clause> {
        let at = self.element()?;
        if at.last.is_some() {
            return Err(self.fault("a condition tests one component, not a run"));
        }
        let test = self.test()?;
        Ok(Clause { at, test })
    }

    /// `is A|B`, `present`, `absent`.
    pub(super) fn test(&mut self) -> Parsed<Test> {
        match self.peek() {
            "is" => {
                self.eat("is");
                self.alternatives("a code").map(Test::Is)
            }
            "present" => Ok((self.eat("present"), Test::Present).1),
            "absent" => Ok((self.eat("absent"), Test::Absent).1),
            _ => Err(self.expected_one("a condition", &["is", "present", "absent"])),
        }
    }

    /// `PO1/REF where 01 is IA`, `BEG.02`.
    pub(super) fn address(&mut self) -> Parsed<Address> {
        let mut address = self.bare_address()?;
        address.condition = self.condition()?;
        Ok(address)
    }

    /// An address without `where`.
    pub(super) fn bare_address(&mut self) -> Parsed<Address> {
        let fault = || self.expected("an address").hint("write it as REF, BEG.02 or PO1/REF");
        let word = self.peek();
        let (path, element) = match word.split_once('.') {
            Some((path, element)) => {
                let element = element_word(element).filter(|at| at.element > 0);
                (path, Some(element.ok_or_else(fault)?))
            }
            None => (word, None),
        };
        let mut loops: Vec<String> = path.split('/').map(str::to_owned).collect();
        if !loops.iter().all(|name| is_loop_name(name)) {
            return Err(fault());
        }
        let Some(segment) = loops.pop() else { return Err(fault()) };
        self.take(word.len());
        Ok(Address { loops, segment, element, condition: Where::new() })
    }

    /// `004010`, `004010..005010`, `005010..`, `..004010`.
    pub(super) fn releases(&mut self) -> Parsed<ReleaseRange> {
        let fault =
            self.expected("a range of releases").hint("write it as 004010, 005010.. or ..004010");
        let word = self.peek();
        let release = |word: &str| is_release(word).then(|| word.to_owned());
        let range = match word.split_once("..") {
            None => {
                release(word).map(|one| ReleaseRange { from: Some(one.clone()), to: Some(one) })
            }
            Some((from, "")) => {
                release(from).map(|from| ReleaseRange { from: Some(from), to: None })
            }
            Some(("", to)) => release(to).map(|to| ReleaseRange { from: None, to: Some(to) }),
            Some((from, to)) => release(from)
                .zip(release(to))
                .filter(|(from, to)| from < to)
                .map(|(from, to)| ReleaseRange { from: Some(from), to: Some(to) }),
        };
        let range = range.ok_or(fault)?;
        self.take(word.len());
        Ok(range)
    }

    /// The rest of the line as prose; may be empty.
    pub(super) fn prose(&mut self) -> Parsed<String> {
        let words: Vec<&str> = self.rest.split(' ').filter(|word| !word.is_empty()).collect();
        if words.first().is_some_and(|word| word.starts_with('#')) {
            return Err(self
                .fault("prose cannot begin with #")
                .hint("a comment needs two blanks before it"));
        }
        if words.len() > GRAMMAR_PROSE_WORDS {
            let sentence = format!("prose has at most {GRAMMAR_PROSE_WORDS} words");
            return Err(self.fault(sentence).hint("one sentence is enough"));
        }
        self.rest = "";
        Ok(words.join(" "))
    }

    /// Prose that must be there.
    pub(super) fn needed_prose(&mut self, what: &str) -> Parsed<String> {
        if self.is_empty() { Err(self.expected(what)) } else { self.prose() }
    }
}

/// `name = lower {lower|digit|"_"}`.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// `id = upper (upper|digit)1..2`.
pub(super) fn is_id(word: &str) -> bool {
    (2..=3).contains(&word.len())
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A loop: an id, a number of a printed guide (`2010AA`) or a name.
pub(super) fn is_loop_name(word: &str) -> bool {
    (1..=20).contains(&word.len()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A set, a list, a dictionary number: letters and digits.
pub(super) fn is_plain(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric())
}

/// A partner or a guide: letters, digits, `-`, `_` and `.`.
pub(super) fn is_partner(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Six digits, then perhaps capitals and digits.
pub(super) fn is_release(word: &str) -> bool {
    let (digits, suffix) = word.split_at_checked(6).unwrap_or(("", ""));
    is_number(digits)
        && suffix.len() <= 12
        && suffix.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

pub(super) fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit())
}

/// `01`, `01.3`, `01.3..6` and, for slots, `0`.
pub(super) fn element_word(word: &str) -> Option<ElementRef> {
    let (rest, (element, inner)) = element(word).ok()?;
    let number = |digits: &str| {
        digits.parse::<u8>().ok().filter(|number| usize::from(*number) <= SEGMENT_ELEMENTS)
    };
    let mut at = ElementRef { element: number(element)?, component: None, last: None };
    if let Some((first, last)) = inner {
        let first = number(first).filter(|first| *first > 0)?;
        at.component = Some(first);
        if let Some(last) = last {
            at.last = Some(number(last).filter(|last| *last > first)?);
        }
    }
    rest.is_empty().then_some(at)
}

/// Digits of components: the first, and the last of a run.
type Components<'a> = (&'a str, Option<&'a str>);

fn element(input: &str) -> IResult<&str, (&str, Option<Components<'_>>)> {
    let last = preceded(tag(".."), digit1);
    let inner = preceded(char('.'), (digit1, opt(last)));
    (digit1, opt(inner)).parse(input)
}

/// `06..25`.
fn range(input: &str) -> IResult<&str, (&str, &str)> {
    let (input, low) = digit1(input)?;
    let (input, high) = preceded(tag(".."), digit1).parse(input)?;
    Ok((input, (low, high)))
}

/// A code: `"any"`, or any characters but blank and `, | { }`.
fn code(input: &str) -> IResult<&str, &str> {
    let ends = |c| matches!(c, ' ' | ',' | '|' | '{' | '}');
    let quoted = delimited(char('"'), take_while1(|c| c != '"'), char('"'));
    let plain = recognize((satisfy(move |c| c != '"' && !ends(c)), take_while(move |c| !ends(c))));
    let (rest, code) = alt((quoted, plain)).parse(input)?;
    // What touches a closing quote must separate codes, else the quote was a part of a word.
    verify(all, |rest: &str| rest.is_empty() || rest.starts_with(ends)).parse(rest)?;
    Ok((rest, code))
}
