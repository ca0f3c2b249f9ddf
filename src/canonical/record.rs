//! A canonical record as a tree of fields, in the order its map names them.
//!
//! The tree borrows from the set it was read from and from the map that named the fields, so
//! that reading allocates little; [`Value::into_owned`] cuts it loose.

use std::borrow::Cow;

/// A value of a record. Decimals and dates are texts in canonical form (GRAMMAR.md 6.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text, decimal, date, time, moment or word.
    Text(Cow<'a, str>),
    /// An integer.
    Integer(i64),
    /// A list; never written when empty.
    List(Vec<Self>),
    /// An object.
    Object(Object<'a>),
}

/// Fields in order. Names are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object<'a> {
    /// Name and value.
    pub fields: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// The field `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// The field `name`, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value<'a>> {
        self.fields.iter_mut().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Sets the field `name`, in its place when it is there, else at the end.
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, value: Value<'a>) {
        let name = name.into();
        match self.get_mut(&name) {
            Some(place) => *place = value,
            None => self.fields.push((name, value)),
        }
    }

    /// Text of the field `name`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Items of the list `name`; empty when absent.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Value<'a>] {
        match self.get(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The record cut loose from what it was read from.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        let own = |(name, value): (Cow<'a, str>, Value<'a>)| {
            (Cow::Owned(name.into_owned()), value.into_owned())
        };
        Object { fields: self.fields.into_iter().map(own).collect() }
    }
}

impl Value<'_> {
    /// The value cut loose from what it was read from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Integer(number) => Value::Integer(number),
            Self::List(items) => Value::List(items.into_iter().map(Self::into_owned).collect()),
            Self::Object(object) => Value::Object(object.into_owned()),
        }
    }
}
