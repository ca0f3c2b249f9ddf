//! One `partners/NAME.toml` to a [`Partner`], with every problem of the file.

use std::time::Duration;

use super::phrase::duration;
use super::profile::{
    Acknowledge, AcknowledgeWith, Agreement, Delivery, Direction, Drop, Duplicates, Endpoint,
    EndpointKind, Environment, Latency, Partner, PartyId, SourceOfTruth, Unsupported,
};
use super::table::{Placed, Problem, Reader, Table};

/// How often a drop folder is looked at when the file does not say.
const EVERY: Duration = Duration::from_secs(10);
/// How long a file must stand still when the partner file does not say.
const SETTLE: Duration = Duration::from_secs(2);
/// How long an interchange without its end is waited for when the partner file does not say.
const INCOMPLETE: Duration = Duration::from_secs(600);

/// Reads the partner file `file` (its name without folder), whose text is `text`.
///
/// # Errors
/// Every problem of the file, in order of place.
pub fn load(file: &str, text: &str) -> Result<Partner, Vec<Problem>> {
    let key = file.strip_suffix(".toml").unwrap_or(file).to_owned();
    let mut reader = Reader::new(file, text);
    if !is_key(&key) {
        let hint = "use lower-case letters, digits and hyphens: acme-retail.toml";
        reader.problem(0, format!("\"{file}\" can't name a partner's folders"), hint);
    }
    let partner = reader.parse().map(|root| partner(&mut reader, key, &root));
    let problems = reader.finish();
    match partner {
        Some(partner) if problems.is_empty() => Ok(partner),
        _ => Err(problems),
    }
}

/// Whether `key` may name folders: no separators, no dots, nothing a shell would read.
fn is_key(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !key.is_empty() && key.len() <= 64 && key.chars().all(allowed) && !key.starts_with('-')
}

fn partner<'t>(reader: &mut Reader<'t>, key: String, root: &toml::de::DeTable<'t>) -> Partner {
    let root = Table::root(root, "a partner file");
    reader.known(
        root,
        &[
            "name",
            "timezone",
            "contact",
            "identity",
            "ours",
            "endpoint",
            "receive",
            "send",
            "unsupported",
            "duplicates",
        ],
    );
    let name = reader.required(root, "name", "the name people use for this partner").value;
    let timezone = reader.required(root, "timezone", "such as \"America/Chicago\"");
    if !timezone.value.is_empty() && jiff::tz::db().get(&timezone.value).is_err() {
        let hint = "use a name such as \"America/Chicago\" or \"UTC\"";
        reader.problem(timezone.at, format!("no time zone \"{}\"", timezone.value), hint);
    }
    let contact = reader.required(root, "contact", "whom to call about their files").value;
    let identity = reader.table(root, "identity", "[identity]");
    let ours = reader.table(root, "ours", "[ours]");
    if identity.is_none() {
        let hint = "[identity] with interchange = \"01:001903202\", as in their ISA05 and ISA06";
        reader.problem(0, "nothing says how this partner signs", hint);
    }
    if ours.is_none() {
        let hint = "[ours] with interchange = \"ZZ:NORTHWIND\", as in their ISA07 and ISA08";
        reader.problem(0, "nothing says how this partner addresses us", hint);
    }
    let endpoints = endpoints(reader, root);
    let mut agreements = agreements(reader, root, Direction::Receive, &endpoints);
    agreements.extend(self::agreements(reader, root, Direction::Send, &endpoints));
    Partner {
        key,
        name,
        timezone: timezone.value,
        contact,
        group: identity.map(|table| values(reader.texts(table, "group"))).unwrap_or_default(),
        identity: identity
            .map(|table| party_ids(reader, table, &["interchange", "group"]))
            .unwrap_or_default(),
        ours: ours.map(|table| party_ids(reader, table, &["interchange"])).unwrap_or_default(),
        endpoints,
        agreements,
        unsupported: reader
            .word(
                root,
                "unsupported",
                &[("keep", Unsupported::Keep), ("reject", Unsupported::Reject)],
            )
            .unwrap_or_default(),
        duplicates: reader
            .word(
                root,
                "duplicates",
                &[
                    ("refuse", Duplicates::Refuse),
                    ("answer again", Duplicates::AnswerAgain),
                    ("hold", Duplicates::Hold),
                ],
            )
            .unwrap_or_default(),
    }
}

fn values(texts: Vec<Placed<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn party_ids<'t>(reader: &mut Reader<'t>, table: Table<'_, 't>, known: &[&str]) -> Vec<PartyId> {
    reader.known(table, known);
    let texts = reader.texts(table, "interchange");
    if texts.is_empty() {
        let hint = "write qualifier:id, such as interchange = \"01:001903202\"";
        reader.problem(table.at(), "interchange is missing here", hint);
    }
    let mut ids = Vec::new();
    for text in texts {
        match text.value.split_once(':') {
            Some((qualifier, id))
                if qualifier.len() == 2 && (1..=15).contains(&id.trim().len()) =>
            {
                ids.push(PartyId::new(qualifier, id));
            }
            _ => reader.problem(
                text.at,
                format!("\"{}\" is no interchange identity", text.value),
                "write two letters or digits, a colon, and up to 15 characters: \"ZZ:NORTHWIND\"",
            ),
        }
    }
    ids
}

fn endpoints<'t>(reader: &mut Reader<'t>, root: Table<'_, 't>) -> Vec<Endpoint> {
    let Some(all) = reader.table(root, "endpoint", "[endpoint]") else {
        let hint = "[endpoint.drop] with kind = \"directory\" is the simplest";
        reader.problem(0, "this partner has no endpoint", hint);
        return Vec::new();
    };
    let mut endpoints = Vec::new();
    for (name, at) in all.keys() {
        let place = format!("[endpoint.{name}]");
        let Some(table) = reader.table(all, &name, &place) else { continue };
        let why = "how it is reached: \"directory\"";
        let kind = reader.required(table, "kind", why);
        match kind.value.as_str() {
            "directory" => {
                let kind = EndpointKind::Directory(drop_folder(reader, table));
                endpoints.push(Endpoint { name, kind });
            }
            "" => {}
            "sftp" | "ftp" | "ftps" | "as2" => reader.problem(
                kind.at,
                format!("this version can't reach \"{}\" endpoints yet", kind.value),
                "until it can, let the partner's files be put into a directory endpoint",
            ),
            other => {
                let hint = "the kind of this version is \"directory\"";
                reader.problem(kind.at.max(at), format!("kind can't be \"{other}\""), hint);
            }
        }
    }
    endpoints
}

fn drop_folder<'t>(reader: &mut Reader<'t>, table: Table<'_, 't>) -> Drop {
    reader.known(table, &["kind", "every", "settle", "incomplete", "matching"]);
    Drop {
        every: period(reader, table, "every").unwrap_or(EVERY),
        settle: settle(reader, table).unwrap_or(SETTLE),
        incomplete: period(reader, table, "incomplete").unwrap_or(INCOMPLETE),
        matching: values(reader.texts(table, "matching")),
    }
}

/// `none` for a partner who writes under a temporary name and renames: then the name says it all.
fn settle<'t>(reader: &mut Reader<'t>, table: Table<'_, 't>) -> Option<Duration> {
    match reader.text(table, "settle") {
        Some(text) if text.value == "none" => Some(Duration::ZERO),
        _ => period(reader, table, "settle"),
    }
}

fn period<'t>(reader: &mut Reader<'t>, table: Table<'_, 't>, key: &str) -> Option<Duration> {
    let text = reader.text(table, key)?;
    match duration(&text.value) {
        Ok(duration) => Some(duration),
        Err(sentence) => {
            reader.problem(text.at, format!("{key}: {sentence}"), "");
            None
        }
    }
}

fn agreements<'t>(
    reader: &mut Reader<'t>,
    root: Table<'_, 't>,
    direction: Direction,
    endpoints: &[Endpoint],
) -> Vec<Agreement> {
    let (key, place) = match direction {
        Direction::Receive => ("receive", "[[receive]]"),
        Direction::Send => ("send", "[[send]]"),
    };
    let tables = reader.tables(root, key, place);
    tables.into_iter().filter_map(|table| agreement(reader, table, direction, endpoints)).collect()
}

fn agreement<'t>(
    reader: &mut Reader<'t>,
    table: Table<'_, 't>,
    direction: Direction,
    endpoints: &[Endpoint],
) -> Option<Agreement> {
    reader.known(
        table,
        &[
            "set",
            "release",
            "guide",
            "over",
            "owner",
            "environment",
            "source_of_truth",
            "latency",
            "acknowledge",
            "deliver",
            "strict",
            "hold",
        ],
    );
    let set = reader.required(table, "set", "the transaction set, such as \"850\"").value;
    let owner = reader.required(table, "owner", "the person or team that answers for it").value;
    let environment = reader.required_word(
        table,
        "environment",
        &[("test", Environment::Test), ("production", Environment::Production)],
    );
    let source_of_truth = reader.required_word(
        table,
        "source_of_truth",
        &[("partner", SourceOfTruth::Partner), ("odoo", SourceOfTruth::Odoo)],
    );
    let latency = reader.required_word(
        table,
        "latency",
        &[("minutes", Latency::Minutes), ("hours", Latency::Hours), ("daily", Latency::Daily)],
    );
    let deliver = reader.word(table, "deliver", &[("directory", Delivery::Directory)]);
    let over = reader.texts(table, "over");
    for name in &over {
        known_endpoint(reader, name, endpoints);
    }
    let hold = reader.texts(table, "hold");
    for what in hold.iter().filter(|what| what.value != "business findings") {
        let hint = "what can hold a document here is \"business findings\"";
        reader.problem(what.at, format!("hold can't be \"{}\"", what.value), hint);
    }
    let (line, _) = reader.place(table.at());
    Some(Agreement {
        direction,
        set,
        release: reader.text(table, "release").map(|release| release.value),
        guide: reader.text(table, "guide").map(|guide| guide.value),
        over: values(over),
        owner,
        environment: environment?,
        source_of_truth: source_of_truth?,
        latency: latency?,
        acknowledge: acknowledge(reader, table, endpoints),
        deliver: deliver.unwrap_or(Delivery::Directory),
        strict: reader.flag(table, "strict").unwrap_or(false),
        hold_business: hold.iter().any(|what| what.value == "business findings"),
        line,
    })
}

fn acknowledge<'t>(
    reader: &mut Reader<'t>,
    table: Table<'_, 't>,
    endpoints: &[Endpoint],
) -> Acknowledge {
    let Some(table) = reader.table(table, "acknowledge", "acknowledge") else {
        return Acknowledge { with: AcknowledgeWith::Fitting, over: None, within: None };
    };
    reader.known(table, &["with", "over", "within"]);
    let with = reader.word(
        table,
        "with",
        &[
            ("997", AcknowledgeWith::Functional),
            ("999", AcknowledgeWith::Implementation),
            ("nothing", AcknowledgeWith::Nothing),
        ],
    );
    let over = reader.text(table, "over");
    if let Some(name) = &over {
        known_endpoint(reader, name, endpoints);
    }
    Acknowledge {
        with: with.unwrap_or(AcknowledgeWith::Fitting),
        over: over.map(|over| over.value),
        within: period(reader, table, "within"),
    }
}

fn known_endpoint(reader: &mut Reader<'_>, name: &Placed<String>, endpoints: &[Endpoint]) {
    if endpoints.iter().any(|endpoint| endpoint.name == name.value) {
        return;
    }
    let names = endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect::<Vec<_>>();
    let hint = crate::vocabulary::suggest::nearest(&name.value, names.iter().copied()).map_or_else(
        || format!("this file has: {}", names.join(", ")),
        |near| format!("did you mean {near}?"),
    );
    reader.problem(name.at, format!("no endpoint is called \"{}\"", name.value), hint);
}

#[cfg(test)]
mod tests {
    use super::load;

    const ACME: &str = r#"
name     = "ACME Retail"
timezone = "America/Chicago"
contact  = "edi-support@acme.example"

[identity]
interchange = "01:001903202"

[ours]
interchange = "ZZ:NORTHWIND"

[endpoint.drop]
kind  = "directory"
every = "5 seconds"

[[receive]]
set             = "850"
release         = "004010"
over            = ["drop"]
owner           = "Ann Lee, supply chain"
environment     = "production"
source_of_truth = "partner"
latency         = "minutes"
acknowledge     = { with = "997", within = "1 hour" }
deliver         = "directory"
"#;

    fn problems(text: &str) -> Vec<String> {
        load("acme-retail.toml", text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_whole_file_is_read() {
        let acme = load("acme-retail.toml", ACME).unwrap();
        assert_eq!(acme.key, "acme-retail");
        assert_eq!(acme.identity[0].to_string(), "01:001903202");
        assert_eq!(acme.agreements[0].set, "850");
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands_with_the_word_that_was_meant() {
        let text = ACME.replace("latency ", "latncy ");
        assert_eq!(
            problems(&text),
            [
                "acme-retail.toml:16:1: [[receive]] needs latency; one of: minutes, hours, daily",
                "acme-retail.toml:23:1: [[receive]] has no key \"latncy\"; did you mean latency?",
            ]
        );
    }

    #[test]
    fn all_problems_of_a_file_are_told_at_once() {
        let text = ACME
            .replace("America/Chicago", "Chicago")
            .replace("01:001903202", "001903202")
            .replace("[\"drop\"]", "[\"dorp\"]")
            .replace("\"production\"", "\"prodution\"");
        assert_eq!(problems(&text).len(), 4, "{:#?}", problems(&text));
    }

    #[test]
    fn a_file_that_is_no_toml_says_where() {
        assert!(problems("name = \n")[0].starts_with("acme-retail.toml:1:"));
    }

    #[test]
    fn a_file_name_that_could_leave_its_folder_is_refused() {
        assert!(load("../acme.toml", ACME).is_err());
    }

    #[test]
    fn the_partner_file_of_the_manual_is_accepted_as_printed() {
        let manual = include_str!("../../partners/README.md");
        let (_, rest) = manual.split_once("```toml\n").unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        let partner = load("acme-retail.toml", text).unwrap();
        assert_eq!(partner.agreements.len(), 2);
        assert!(partner.agreements[0].hold_business);
    }
}
