//! The peers: crates that read X12, each doing the most it can.

use x12_types::v005010::{_835, _850, Transmission};

/// x12-stream-parser: every element of every segment, counted.
pub fn tokenise(text: &str) -> usize {
    let delimiters = x12_stream_parser::Delimiters::new(b'~', b'*', b':');
    let mut elements = 0usize;
    for segment in x12_stream_parser::Parser::new(text.as_bytes(), delimiters) {
        let segment = segment.expect("the generated text is sound");
        elements += segment.elements().filter(|element| !element.is_empty()).count();
    }
    elements
}

/// edi: a tree of the document, not validated.
pub fn tree(text: &str) -> usize {
    let document = edi::loose_parse(text).expect("the generated text is sound");
    document.interchanges.len()
}

/// x12-types: the typed 835.
pub fn typed_remittance(text: &str) -> usize {
    use x12_types::util::Parser as _;
    let (_, parsed) = Transmission::<_835>::parse(text).expect("the generated text is sound");
    parsed.functional_group.iter().map(|group| group.segments.len()).sum()
}

/// x12-types: the typed 850.
pub fn typed_order(text: &str) -> usize {
    use x12_types::util::Parser as _;
    let (_, parsed) = Transmission::<_850>::parse(text).expect("the generated text is sound");
    parsed.functional_group.iter().map(|group| group.segments.len()).sum()
}

/// edi: a tree of each of many small interchanges.
pub fn trees(text: &str) -> usize {
    text.split_inclusive("IEA*1*000000001~").map(tree).sum()
}
