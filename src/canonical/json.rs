//! Canonical records as JSON: fields in the order of the record, decimals as texts, integers as
//! numbers, nothing for what is absent.
//!
//! The same record gives the same bytes always, so that a stored document can be compared by its
//! digest. Writing streams; reading takes no number with a point, for such a number has lost its
//! exactness before anybody could look at it.

use std::borrow::Cow;
use std::fmt;
use std::io;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::record::{Object, Value};

/// Writes a record on one line, without a line break.
///
/// # Errors
///
/// What `output` fails with.
pub fn write(output: impl io::Write, record: &Object<'_>) -> io::Result<()> {
    serde_json::to_writer(output, record).map_err(io::Error::from)
}

/// A record on one line.
///
/// ```
/// use edigate::canonical::json;
/// let text = r#"{"schema":"purchase_order/1","lines":[{"number":"1","quantity":"5.00"}]}"#;
/// assert_eq!(json::to_string(&json::parse(text).unwrap()), text);
/// ```
#[must_use]
pub fn to_string(record: &Object<'_>) -> String {
    let mut bytes = Vec::new();
    // A vector takes everything.
    write(&mut bytes, record).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A record on several lines, for people.
#[must_use]
pub fn to_pretty(record: &Object<'_>) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default()
}

/// Reads a record.
///
/// ```
/// use edigate::canonical::json;
/// let error = json::parse(r#"{"quantity": 2.5}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "2.5 has lost its exactness; write decimals as texts: \"2.5\" at line 1 column 16"
/// );
/// ```
///
/// # Errors
///
/// Text that is no JSON object, a number with a point, a field that stands twice, nesting beyond
/// what a record has: with line and column.
pub fn parse(text: &str) -> Result<Object<'static>, serde_json::Error> {
    serde_json::from_str(text)
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (name, value) in &self.fields {
            map.serialize_entry(&**name, value)?;
        }
        map.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Object(object) => object.serialize(serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Object<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(AnyValue)? {
            Some(Value::Object(object)) => Ok(object),
            _ => Err(de::Error::custom("a record is a JSON object")),
        }
    }
}

/// Reads any value; `null` is an absent one.
#[derive(Clone, Copy)]
struct AnyValue;

impl<'de> de::DeserializeSeed<'de> for AnyValue {
    type Value = Option<Value<'static>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Option<Value<'static>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, a list or an object")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(text))))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::Integer(number)))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        let number = i64::try_from(number);
        number
            .map(|number| Some(Value::Integer(number)))
            .map_err(|_| E::custom("a number so large is no count; write it as a text"))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Err(E::custom(format!(
            "{number} has lost its exactness; write decimals as texts: \"{number}\""
        )))
    }

    fn visit_bool<E: de::Error>(self, word: bool) -> Result<Self::Value, E> {
        Err(E::custom(format!("a record holds no {word}; write a word")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self)? {
            items.extend(item);
        }
        Ok(Some(Value::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Object::default();
        let mut names = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(de::Error::custom(format!("the field \"{name}\" stands twice")));
            }
            if let Some(value) = map.next_value_seed(self)? {
                object.fields.push((Cow::Owned(name), value));
            }
        }
        Ok(Some(Value::Object(object)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value<'static>> {
        let leaf = prop_oneof![
            "\\PC{0,8}".prop_map(|text| Value::Text(Cow::Owned(text))),
            any::<i64>().prop_map(Value::Integer),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                objects(inner).prop_map(Value::Object),
            ]
        })
    }

    fn objects(
        values: impl Strategy<Value = Value<'static>>,
    ) -> impl Strategy<Value = Object<'static>> {
        proptest::collection::btree_map("[a-z]{1,6}", values, 0..4).prop_map(|fields| Object {
            fields: fields.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect(),
        })
    }

    proptest! {
        #[test]
        fn a_record_survives_its_json(record in objects(values())) {
            prop_assert_eq!(parse(&to_string(&record)).unwrap(), record.clone());
            prop_assert_eq!(parse(&to_pretty(&record)).unwrap(), record);
        }
    }

    #[test]
    fn what_no_record_holds_is_refused_with_its_place() {
        let cases = [
            ("[]", "a record is a JSON object"),
            (r#"{"a":1,"a":2}"#, "the field \"a\" stands twice"),
            (r#"{"a":true}"#, "a record holds no true; write a word"),
            (r#"{"a":99999999999999999999}"#, "has lost its exactness"),
            (r#"{"a":18446744073709551615}"#, "no count"),
        ];
        for (text, expected) in cases {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn null_is_absent() {
        assert_eq!(to_string(&parse(r#"{"a":null,"b":["x",null]}"#).unwrap()), r#"{"b":["x"]}"#);
    }

    #[test]
    fn a_hostile_depth_is_an_error() {
        let text = format!("{}{}", "{\"a\":".repeat(100_000), "1");
        assert!(parse(&text).unwrap_err().to_string().contains("recursion limit"));
    }
}
