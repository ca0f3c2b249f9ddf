//! Small grammars of our own, shaped like the sets the tests are about.

use edigate::grammar::compile::compile;
use edigate::grammar::compile::dictionary::{Dictionary, Source};
use edigate::grammar::compile::faults::Faults;
use edigate::grammar::overlay::overlay;
use edigate::grammar::schema::Schema;
use edigate::grammar::syntax::parse_codes;
use edigate::grammar::syntax::parse_guide;
use edigate::grammar::syntax::parse_segments;
use edigate::grammar::syntax::parse_structure;
use std::sync::LazyLock;

/// Compiles a structure with the segments and codes below.
pub(crate) fn schema(release: &str, structure: &str) -> Schema {
    let structure = parse_structure(structure, "set.grammar").unwrap();
    let segments = parse_segments(SEGMENTS, "segments.grammar").unwrap();
    let codes = parse_codes(CODES, "codes.grammar").unwrap();
    let mut faults = Faults::default();
    let dictionary = Dictionary::compile(
        release,
        &[Source { path: "segments.grammar", text: &segments }],
        &[Source { path: "codes.grammar", text: &codes }],
        &mut faults,
    );
    let source = Source { path: "set.grammar", text: &structure };
    let schema = compile(&dictionary, &[source], Vec::new(), &mut faults);
    schema.unwrap_or_else(|| panic!("{:#?}", faults.into_list()))
}

/// The same under a guide of these lines.
pub(crate) fn guided(release: &str, structure: &str, rules: &str) -> Schema {
    let standard = schema(release, structure);
    let set = &standard.set;
    let text = format!("guide acme {set}\nnarrows x12/{release}/{set}\n\n{rules}\n");
    let guide = parse_guide(&text, "acme.guide").unwrap();
    let mut faults = Faults::default();
    let source = Source { path: "acme.guide", text: &guide };
    let schema = overlay(&standard, &[source], &mut faults);
    schema.unwrap_or_else(|| panic!("{:#?}", faults.into_list()))
}

pub(crate) static ORDER: LazyLock<Schema> = LazyLock::new(|| schema("004010", ORDER_TEXT));
pub(crate) static PAYMENT: LazyLock<Schema> = LazyLock::new(|| schema("005010", PAYMENT_TEXT));
pub(crate) static SHIPMENT: LazyLock<Schema> = LazyLock::new(|| schema("004010", SHIPMENT_TEXT));
pub(crate) static BOUNDED: LazyLock<Schema> = LazyLock::new(|| schema("005010", BOUNDED_TEXT));
pub(crate) static TYPES: LazyLock<Schema> = LazyLock::new(|| schema("005010", TYPES_TEXT));
pub(crate) static OLD_TYPES: LazyLock<Schema> =
    LazyLock::new(|| schema("004010", &TYPES_TEXT.replace("005010", "004010")));

pub(crate) const ORDER_TEXT: &str = "\
grammar x12 004010 850
name Order
group PO

heading
  020  BEG  must  1     Opens the order
  050  REF  may   3     Reference
  060  PER  must  1     Contact
  150  DTM  may   2     Date
  loop N1   may   2     Party
    310  N1   must  1    Party
    320  N2   may   2    More of the name
    330  N3   may   2    Street
    340  N4   may   1    Place

detail
  loop PO1  must  5     Line
    010  PO1  must  1    Line
    loop PID  may   2    Description
      050  PID  must  1   Description
      060  MEA  may   1   Measurement
    100  REF  may   2    Reference
    110  PO4  may   1    Packing

summary
  loop CTT  may   1     Totals
    010  CTT  must  1    Totals
    020  AMT  must  1    Amount
";

pub(crate) const PAYMENT_TEXT: &str = "\
grammar x12 005010 835
name Payment
group HP

heading
  020  BPR  must  1     Payment
  loop 1000A on N1 where 01 is PR  must  1  Payer
    080  N1   must  1    Payer
    100  N3   must  1    Street
    120  REF where 01 is 2U|EO  may  4  Payer number
  loop 1000B on N1 where 01 is PE  must  1  Payee
    130  N1   must  1    Payee
    140  N3   may   1    Street
    150  REF where 01 is PQ|TJ  may  2  Payee number

detail
  loop 2000 on LX  may  any  Group
    003  LX   must  1    Group
    005  TS3  may   1    Subtotal
    loop 2100 on CLP  must  any  Claim
      010  CLP  must  1    Claim
      020  CAS  may   2    Adjustment
      030  NM1 where 01 is QC  must  1  Patient
      030  NM1 where 01 is 82  may   1  Provider
      040  REF where 01 is 1L|EA  may  2  Claim number
      040  REF where 01 is 6R    may  1  Line number
      loop 2110 on SVC  may  999  Service
        070  SVC  must  1   Service
        080  DTM where 01 is 150|151|472  may  2  Date
        090  CAS  may   2   Adjustment
        100  LQ   may   2   Remark

summary
  010  PLB  may   any   Provider adjustment
";

pub(crate) const SHIPMENT_TEXT: &str = "\
grammar x12 004010 856
name Shipment
group SH

heading
  020  BSN  must  1     Opens the notice

detail
  loop HL   must  any   Level
    tree id 01 parent 02 level 03 child 04
    level S  must under none
    level O  must under S T P
    level T  may under S O
    level P  may under S O T I
    level I  may under S O T P
    010  HL   must  1    Level
    020  LIN  may   1    Item
    150  REF  may   any  Reference

summary
  010  CTT  may   1     Totals
";

pub(crate) const BOUNDED_TEXT: &str = "\
grammar x12 005010 834
name Enrollment
group BE

detail
  loop 2000 on INS  must  any  Member
    010  INS  must  1    Member
    020  REF  may   any  Reference
    bounded 2700  270 to 290  may 1  Reporting
      loop 2710 on LX  may any  Category
        280  LX   must  1  Category
        loop 2750 on N1  may 1  Name
          281  N1   must  1  Name
          282  REF  may   1  Reference
";

/// One segment for every type; the tests send it alone.
pub(crate) const TYPES_TEXT: &str = "\
grammar x12 005010 999
name Types
group PO

heading
  010  TAN  may  any  Text
  020  TID  may  any  Codes
  030  TDT  may  any  Dates and times
  040  TNU  may  any  Numbers
  050  TCO  may  any  Composites
  060  TRE  may  any  Repetitions
  070  BIN  may  any  Bytes
  080  RPP  may  any  Together
  090  RRR  may  any  At least one
  100  REE  may  any  Only one
  110  RCC  may  any  If then
  120  RLL  may  any  If then one of
  130  RUN  may  any  Pairs
  140  GAP  may  any  A position left out
";

pub(crate) const SEGMENTS: &str = "\
segments x12 004010

composite C001  Procedure
  01  235  must  ID 2..2  qualifier
  02  234  must  AN 1..8  code
  03  1339  may  AN 2..2  modifier
  04  782  if   R 1..6   amount
  03 and 04 together

segment AMT  Amount
  01  522  must  ID 1..3   kind
  02  782  must  R 1..18   amount

segment BEG  Opens the order
  01  353  must  ID 2..2   purpose
  02  92   must  ID 2..2   kind
  03  324  must  AN 1..22  number
  04  328  may   AN 1..30  release
  05  373  must  DT 8..8   ordered_on

segment BPR  Payment
  01  305  must  ID 1..2   action
  02  782  must  R 1..18   amount

segment BSN  Opens the notice
  01  353  must  ID 2..2   purpose
  02  396  must  AN 1..30  number

segment CAS  Adjustment
  01  1033  must  ID 1..2   group
  02..17 by 3  1034  if  ID 1..5   reason
  03..18 by 3  782  if   R 1..18   amount
  04..19 by 3  380  if   R 1..15   quantity
  02 and 03 together by 3 to 17
  if 04 then 02 by 3 to 19

segment CLP  Claim
  01  1028  must  AN 1..38  number
  02  1029  must  ID 1..2   status

segment CTT  Totals
  01  354  must  N0 1..6   lines
  02  347  may   R 1..10   hash

segment DTM  Date
  01  374  must  ID 3..3   kind
  02  373  if    DT 8..8   on
  03  337  if    TM 4..8   at
  at least one of 02 03

segment HL  Level
  01  628  must  AN 1..12  id
  02  734  may   AN 1..12  parent
  03  735  must  ID 1..2   level
  04  736  may   ID 1..1   child

segment INS  Member
  01  1073  must  ID 1..1   subscriber

segment LE  Loop trailer
  01  447  must  AN 1..6   name

segment LIN  Item
  01  350  may   AN 1..20  number
  02  235  must  ID 2..2   kind
  03  234  must  AN 1..48  id

segment LQ  Remark
  01  1270  must  ID 1..3   list
  02  1271  may   AN 1..30  code

segment LS  Loop header
  01  447  must  AN 1..6   name

segment LX  Number
  01  554  must  N0 1..6   number

segment MEA  Measurement
  01  737  must  ID 2..2   kind

segment N1  Party
  01  98   must  ID 2..3   role
  02  93   may   AN 1..60  name

segment N2  More of the name
  01  93   must  AN 1..60  name

segment N3  Street
  01  166  must  AN 1..55  line

segment N4  Place
  01  19   may   AN 2..30  city

segment NM1  Person
  01  98   must  ID 2..3   role
  02  1065  must  ID 1..1  kind
  03  1035  may  AN 1..60  last

segment PER  Contact
  01  366  must  ID 2..2   kind
  02  93   may   AN 1..60  name

segment PID  Description
  01  349  must  ID 1..1   kind
  05  352  may   AN 1..80  text

segment PLB  Provider adjustment
  01  127  must  AN 1..50  provider

segment PO1  Line
  01  350  may   AN 1..20  number
  02  330  if    R 1..9    quantity
  03  355  may   ID 2..2   unit
  04  212  if    R 1..17   unit_price
  05  639  may   ID 2..2   price_basis
  06..24 by 2  235  if  ID 2..2   product_kind
  07..25 by 2  234  if  AN 1..48  product
  if 03 then 02
  if 05 then 04
  06 and 07 together by 2 to 24

segment PO4  Packing
  01  356  may   N0 1..6   pack

segment REF  Reference
  01  128  must  ID 2..3   kind
  02  127  if    AN 1..30  value
  03  352  if    AN 1..80  text
  at least one of 02 03

segment SVC  Service
  01  C001  must  composite  procedure
  02  782  must  R 1..18   charge

segment TS3  Subtotal
  01  127  must  AN 1..50  provider

segment XXX  Known to the release, in no set

segment BIN  Bytes
  01  784  must  N0 1..15  length
  02  785  must  B 1..99   bytes

segment GAP  A position left out
  01  350  may   AN 1..20  first
  03  350  may   AN 1..20  third

segment RCC  If then
  01  350  may   AN 1..20  a
  02  350  if    AN 1..20  b
  03  350  if    AN 1..20  c
  if 01 then 02 and 03

segment REE  Only one
  01  350  if    AN 1..20  a
  02  350  if    AN 1..20  b
  03  350  if    AN 1..20  c
  only one of 01 02 03

segment RLL  If then one of
  01  350  may   AN 1..20  a
  02  350  if    AN 1..20  b
  03  350  if    AN 1..20  c
  if 01 then one of 02 03

segment RPP  Together
  01  350  if    AN 1..20  a
  02  350  if    AN 1..20  b
  03  350  if    AN 1..20  c
  01 and 02 and 03 together

segment RRR  At least one
  01  350  if    AN 1..20  a
  02  350  if    AN 1..20  b
  03  350  may   AN 1..20  c
  at least one of 01 02

segment RUN  Pairs
  01..05 by 2  235  if  ID 2..2   kind
  02..06 by 2  234  if  AN 1..48  id
  01 and 02 together by 2 to 5

segment TAN  Text
  01  350  must  AN 2..5   must
  02  350  may   AN 1..5   may

segment TCO  Composites
  01  C001  may  composite  procedure
  02  350  may   AN 1..5   text

segment TDT  Dates and times
  01  373  may   DT 8..8   date
  02  373  may   DT 6..6   short_date
  03  337  may   TM 4..8   time

segment TID  Codes
  01  353  may   ID 2..2   open
  02  306  may   ID 1..3   closed

segment TNU  Numbers
  01  380  may   R 2..5    decimal
  02  782  may   N2 1..4   implied
  03  554  may   N0 2..4   whole

segment TRE  Repetitions
  01  350  may   AN 1..5 x3  texts
  02  C001  may  composite  procedure
  03  350  may   AN 1..5   once
";

pub(crate) const CODES: &str = "\
codelists x12 004010

codes 353
  00  original

codes 306 closed
  A   add
  D   delete
  ZZZ other
";
