//! A bench for one map: texts of our own, a set in, a record out, and back.

use std::sync::Arc;

use edigate::canonical::json;
use edigate::grammar::library::{Library, Resolution};
use edigate::grammar::mapping::{self, CompiledMap};
use edigate::x12::read::read;
use edigate::x12::report::{GroupHeader, InterchangeHeader, Screened, Sink, Verdict};
use edigate::x12::screen::{Options, Rules, screen};
use edigate::x12::segment::Segment;
use edigate::x12::write::{
    Address, Envelope, Interchange, Outgoing, Own, Refusal, write_interchange,
};

/// Segments of the bench's own release.
const SEGMENTS: &str = "segments x12 009000

composite C900  Procedure
  01  235  must  ID 2..2   list      List
  02  234  must  AN 1..48  code      Code
  03  235  may   ID 2..2   first     Modifier
  04  235  may   ID 2..2   second    Modifier
  05  235  may   ID 2..2   third     Modifier
  06  352  may   AN 1..80  words     In words

composite C901  Reason
  01  426  must  ID 2..2   reason     Reason
  02  127  may   AN 1..30  reference  Reference

segment TOP  Top
  01  324  must  AN 1..10      number  Number
  02  373  may   DT 8..8       day     Day
  03  337  may   TM 4..8       clock   Time
  04  623  may   ID 2..2       zone    Zone
  05  522  may   N2 1..9       cents   Amount
  06  782  may   R  1..9       amount  Amount
  07  352  may   AN 1..10      words   Words
  08  353  may   ID 2..2       purpose Purpose
  09  554  may   N0 1..4       count   Count
  10  373  may   DT 6..6       short   Day in six digits
  11  234  may   AN 1..10 x3   several Several

segment REF  Reference
  01  128   must  ID 2..3   kind   Kind
  02  127   may   AN 1..30  value  Value
  03  352   may   AN 1..80  text   Text

segment DTP  Date with format
  01  374   must  ID 3..3   kind    Kind
  02  1250  must  ID 2..3   format  Format
  03  1251  must  AN 1..35  text    Value

segment N1  Party
  01  98  must  ID 2..2   role  Role
  02  93  may   AN 1..60  name  Name
  03  66  may   ID 1..2   type  Kind of id
  04  67  may   AN 2..80  id    Id

segment N3  Street
  01  166  must  AN 1..55  line   Line
  02  166  may   AN 1..55  line2  Line

segment MSG  Text
  01  933  must  AN 1..80  text  Text
  02  934  may   ID 2..2   form  Form

segment LIN  Item
  01  350  may   AN 1..20  line  Line
  02..06 by 2  235  may  ID 2..2   type  Type
  03..07 by 2  234  may  AN 1..48  id    Id

segment SV  Service
  01  C900  must  composite  done    What was done
  02  782   may   R 1..9     charge  Charge
  03  782   may   R 1..9     paid    Paid

segment CAS  Adjustment
  01  1033  must  ID 1..2  group  Group
  02..08 by 3  1034  may  ID 1..5   reason    Reason
  03..09 by 3  782   may  R  1..18  amount    Amount
  04..10 by 3  380   may  R  1..15  quantity  Quantity

segment PLB  Provider adjustment
  01  127  must  AN 1..50  provider  Provider
  02  373  must  DT 8..8   year_end  End of year
  03..07 by 2  C901  may  composite  reason  Reason
  04..08 by 2  782   may  R 1..18    amount  Amount

segment SDQ  Destinations
  01  355  must  ID 2..2   unit      Unit
  02  66   may   ID 1..2   type      Kind of id
  03..07 by 2  67   may  AN 2..80  id        Place
  04..08 by 2  380  may  R 1..15   quantity  Quantity

segment WID  Widths, three elements a slot
  01..04 by 3  355  may  ID 2..2  unit   Unit
  02..05 by 3  739  may  R 1..9   width  Width
  03..06 by 3  352  may  AN 1..9  note   Note

segment AMT  Amount
  01  522  must  ID 1..3   kind    Kind
  02  782  must  R  1..18  amount  Amount

segment CTT  Totals
  01  354  must  N0 1..6   lines  Lines
  02  347  may   R  1..10  hash   Sum

segment HL  Level
  01  628  must  AN 1..12  id      Id
  02  734  may   AN 1..12  parent  Parent
  03  735  must  ID 1..2   level   Level
  04  736  may   ID 1..1   child   Has children

segment QTY  Quantity
  01  380  must  R  1..15  quantity  Quantity
  02  355  may   ID 2..2   unit      Unit
";

const PARTS: &str = "record parts 1

part party  Somebody
  role         may  word             Role
  name         may  text             Name
  identifiers  may  list identifier  Ids
  streets      may  list street      Streets

part identifier  A number
  type  may  word  Type
  id    may  text  Number

part street  A street
  line   may  text  Line
  line2  may  text  Line

part reference  A reference
  kind   may  word  Kind
  value  may  text  Value
  text   may  text  Text
";

/// Texts of one map, in a library of their own.
pub(crate) struct Bench {
    library: Library,
}

impl Bench {
    /// Structure lines (below `group PO`), map lines and record fields.
    pub(crate) fn new(structure: &str, map: &str, record: &str) -> Self {
        let mut library = Library::new();
        let texts = [
            ("x12/009000/segments.grammar", SEGMENTS.to_owned()),
            ("x12/009000/codes.grammar", "codelists x12 009000\n".to_owned()),
            (
                "x12/009000/500.grammar",
                format!("grammar x12 009000 500\nname  Bench\ngroup PO\n{structure}"),
            ),
            ("x12/500.map", format!("map 500 bench\n{map}")),
            ("canonical/bench.record", format!("record bench 1  Bench\n{record}")),
            ("canonical/parts.record", PARTS.to_owned()),
        ];
        for (path, text) in texts {
            library.add(path, &text).unwrap_or_else(|errors| panic!("{path}: {errors:?}"));
        }
        Self { library }
    }

    /// The same with one more text.
    pub(crate) fn with(mut self, path: &str, text: &str) -> Self {
        self.library.add(path, text).unwrap_or_else(|errors| panic!("{path}: {errors:?}"));
        self
    }

    pub(crate) fn resolve(&self, guide: Option<&str>) -> Arc<Resolution> {
        let resolution = self.library.resolve("009000", "500", guide);
        assert!(resolution.schema.is_some(), "{:?} {:?}", resolution.notices, self.library.check());
        resolution
    }

    pub(crate) fn map(&self, guide: Option<&str>) -> CompiledMap {
        match mapping::of_resolution(&self.resolve(guide)).unwrap() {
            Ok(map) => map,
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                panic!("{}", errors.join("\n"))
            }
        }
    }

    /// What is wrong with the map.
    pub(crate) fn errors(&self) -> Vec<String> {
        match mapping::of_resolution(&self.resolve(None)).unwrap() {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }

    /// Reads a set: its segments between ST and SE, one a line.
    pub(crate) fn read(&self, segments: &str) -> Read {
        self.read_under(segments, None)
    }

    pub(crate) fn read_under(&self, segments: &str, guide: Option<&str>) -> Read {
        let lines: Vec<&str> = segments.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        let body = lines.iter().map(|line| format!("{line}~")).collect::<String>();
        let text = format!(
            "ISA*00*          *00*          *ZZ*S              *ZZ*R              *240101*1200*^*\
             00900*000000001*0*T*:~GS*PO*S*R*20240101*1200*1*X*009000~ST*500*0001~{body}SE*{}*0001~\
             GE*1*1~IEA*1*000000001~",
            lines.len() + 2
        );
        self.read_bytes(text.as_bytes(), guide)
    }

    pub(crate) fn read_bytes(&self, bytes: &[u8], guide: Option<&str>) -> Read {
        let map = self.map(guide);
        let mut sink = Reading { map: &map, read: None };
        let rules = Fixed(self.resolve(guide));
        let verdict = screen(bytes, &rules, &Options::default(), &mut sink).unwrap();
        let mut read = sink.read.unwrap();
        read.accepted = matches!(verdict, Verdict::Accepted | Verdict::AcceptedWithFindings);
        read
    }

    /// Writes a record: the segments between ST and SE, one a line.
    pub(crate) fn write(&self, record: &str) -> Result<String, Vec<String>> {
        let bytes = self.write_bytes(record, None, None)?.bytes;
        Ok(body(&bytes))
    }

    pub(crate) fn write_bytes(
        &self,
        record: &str,
        guide: Option<&str>,
        separators: Option<edigate::x12::write::Separators>,
    ) -> Result<Interchange, Vec<String>> {
        let map = self.map(guide);
        let record = json::parse(record).unwrap();
        let outgoing = Outgoing {
            record: &record,
            map: &map,
            group: "PO",
            implementation: None,
            own: Own::default(),
        };
        let envelope = Envelope { separators, ..envelope() };
        write_interchange(&[outgoing], &envelope)
            .map_err(|refusals| refusals.iter().map(Refusal::to_string).collect())
    }

    /// Reads, writes, reads: the record, when it is the same both times; what was written.
    pub(crate) fn there_and_back(&self, segments: &str) -> (String, String) {
        let first = self.read(segments);
        assert!(first.accepted, "{segments} is refused: {:?}", first.errors);
        let written = self.write_bytes(&first.record, None, None).unwrap();
        let second = self.read_bytes(&written.bytes, None);
        let text = body(&written.bytes);
        assert!(second.accepted, "{text}\nis refused: {:?}", second.errors);
        assert_eq!(first.record, second.record, "{segments}\n{text}");
        (first.record, text)
    }
}

/// What a set was read as.
pub(crate) struct Read {
    pub(crate) record: String,
    /// Business findings: rule, sent, computed.
    pub(crate) findings: Vec<(String, String, String)>,
    pub(crate) held: Option<String>,
    pub(crate) accepted: bool,
    errors: Vec<String>,
}

impl Read {
    /// A part of the record, by JSON pointer; `-` where there is none.
    pub(crate) fn at(&self, pointer: &str) -> String {
        at(&self.record, pointer)
    }
}

/// A part of a record, by JSON pointer; `-` where there is none.
pub(crate) fn at(record: &str, pointer: &str) -> String {
    let record: serde_json::Value = serde_json::from_str(record).unwrap();
    record.pointer(pointer).map_or_else(|| "-".to_owned(), ToString::to_string)
}

struct Fixed(Arc<Resolution>);

impl Rules for Fixed {
    fn resolve(&self, _: &InterchangeHeader, _: &GroupHeader, _: &str, _: &str) -> Arc<Resolution> {
        Arc::clone(&self.0)
    }
}

struct Reading<'m> {
    map: &'m CompiledMap,
    read: Option<Read>,
}

impl Sink for Reading<'_> {
    fn set(&mut self, set: &Screened<'_>) {
        let reading = read(set, self.map);
        let findings = reading.findings.iter().map(|finding| match &finding.fault {
            edigate::x12::finding::Fault::Balance { rule, sent, computed } => {
                (rule.to_string(), sent.to_string(), computed.to_string())
            }
            other => panic!("{other:?}"),
        });
        let details = set.report.details.iter().flat_map(|details| &details.findings);
        self.read = Some(Read {
            record: json::to_string(&reading.record),
            findings: findings.collect(),
            held: reading.held.map(|held| held.to_string()),
            accepted: false,
            errors: details
                .map(|finding| format!("{} {:?}", finding.position, finding.fault))
                .collect(),
        });
    }
}

pub(crate) fn envelope() -> Envelope {
    let address = |id: &str| Address { qualifier: "ZZ".into(), id: id.into() };
    Envelope {
        sender: address("S"),
        receiver: address("R"),
        application_sender: None,
        application_receiver: None,
        release: "009000".into(),
        usage: 'T',
        acknowledge: false,
        at: jiff::civil::date(2026, 3, 31).at(14, 5, 0, 0),
        interchange_control: 1,
        group_control: 1,
        set_control: 1,
        separators: None,
        line_breaks: false,
    }
}

/// The segments between ST and SE, one a line.
fn body(bytes: &[u8]) -> String {
    struct Body(String);
    impl Sink for Body {
        fn set(&mut self, set: &Screened<'_>) {
            let all: Vec<Segment<'_>> = set.text.iter().collect();
            let inner = &all[1..all.len() - 1];
            let lines = inner.iter().map(|segment| String::from_utf8_lossy(segment.bytes()));
            self.0 = lines.collect::<Vec<_>>().join("\n");
        }
    }
    struct Nothing;
    impl Rules for Nothing {
        fn resolve(
            &self,
            _: &InterchangeHeader,
            _: &GroupHeader,
            _: &str,
            _: &str,
        ) -> Arc<Resolution> {
            Library::new().resolve("009000", "500", None)
        }
    }
    let mut sink = Body(String::new());
    screen(bytes, &Nothing, &Options::default(), &mut sink).unwrap();
    sink.0
}
