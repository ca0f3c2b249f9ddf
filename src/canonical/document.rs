//! What a record is about, as far as the product must know: its kind, its number, the order it
//! belongs to.

use std::fmt;

use super::record::{Object, Value};

/// The kinds of canonical documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// What a buyer orders.
    PurchaseOrder,
    /// What a seller says to an order.
    OrderResponse,
    /// What a seller ships.
    ShipNotice,
    /// What a seller wants paid; credit memos too.
    Invoice,
    /// What a payer pays, and why.
    Remittance,
    /// What became of an interchange, a group, a set.
    Acknowledgment,
}

impl Kind {
    /// All kinds, in the order a trade takes.
    pub const ALL: [Self; 6] = [
        Self::PurchaseOrder,
        Self::OrderResponse,
        Self::ShipNotice,
        Self::Invoice,
        Self::Remittance,
        Self::Acknowledgment,
    ];

    /// The record's name: `purchase_order`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PurchaseOrder => "purchase_order",
            Self::OrderResponse => "order_response",
            Self::ShipNotice => "ship_notice",
            Self::Invoice => "invoice",
            Self::Remittance => "remittance",
            Self::Acknowledgment => "acknowledgment",
        }
    }

    /// The kind a record's `schema` names.
    ///
    /// ```
    /// use edigate::canonical::document::Kind;
    /// assert_eq!(Kind::of_schema("invoice/1"), Some(Kind::Invoice));
    /// assert_eq!(Kind::of_schema("inventory/1"), None);
    /// ```
    #[must_use]
    pub fn of_schema(schema: &str) -> Option<Self> {
        let name = schema.split('/').next()?;
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A record looked at as a document.
#[derive(Clone, Copy, Debug)]
pub struct Document<'r> {
    record: &'r Object<'r>,
}

impl<'r> Document<'r> {
    /// The document of a record.
    ///
    /// ```
    /// use edigate::canonical::{document::Document, json};
    /// let record = json::parse(
    ///     r#"{"schema":"ship_notice/1","number":"9","orders":[{"order_number":"PO1"},
    ///         {"packs":[{"items":[{"order_number":"PO2"}]}]}]}"#,
    /// ).unwrap();
    /// let document = Document::new(&record);
    /// assert_eq!(document.number(), Some("9"));
    /// assert_eq!(document.orders(), ["PO1", "PO2"]);
    /// ```
    #[must_use]
    pub const fn new(record: &'r Object<'r>) -> Self {
        Self { record }
    }

    /// What `schema` says: `purchase_order/1`.
    #[must_use]
    pub fn schema(self) -> &'r str {
        self.record.text("schema").unwrap_or_default()
    }

    /// The kind; none for records of a home's own.
    #[must_use]
    pub fn kind(self) -> Option<Kind> {
        Kind::of_schema(self.schema())
    }

    /// The number its sender gave it: of an order response the seller's, if there is one, of a
    /// remittance the trace, of an acknowledgment the control number it answers.
    #[must_use]
    pub fn number(self) -> Option<&'r str> {
        let fields: &[&str] = match self.kind() {
            Some(Kind::OrderResponse) => &["seller_reference", "order_number"],
            Some(Kind::Remittance) => &["trace"],
            Some(Kind::Acknowledgment) => &["control"],
            _ => &["number"],
        };
        fields.iter().find_map(|field| self.record.text(field))
    }

    /// The numbers of the purchase orders it belongs to, each once, in order: what ties the
    /// documents of one trade together.
    #[must_use]
    pub fn orders(self) -> Vec<&'r str> {
        let mut orders = Vec::new();
        match self.kind() {
            Some(Kind::PurchaseOrder) => orders.extend(self.record.text("number")),
            Some(Kind::ShipNotice) => gather(self.record, &mut orders),
            _ => orders.extend(self.record.text("order_number")),
        }
        orders
    }

    /// The first of [`Document::orders`]: what documents are kept in order by.
    #[must_use]
    pub fn business_key(self) -> Option<&'r str> {
        self.orders().into_iter().next().or_else(|| self.number())
    }
}

/// Order numbers in a ship notice, however it nests.
fn gather<'r>(record: &'r Object<'r>, orders: &mut Vec<&'r str>) {
    let mut seen = std::collections::HashSet::new();
    let mut open = vec![record];
    while let Some(object) = open.pop() {
        if let Some(order) = object.text("order_number")
            && seen.insert(order)
        {
            orders.push(order);
        }
        for list in ["items", "packs", "orders"] {
            let items = object.list(list).iter().rev();
            open.extend(items.filter_map(|item| match item {
                Value::Object(item) => Some(item),
                Value::Text(_) | Value::Integer(_) | Value::List(_) => None,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    #[test]
    fn each_kind_has_the_number_its_sender_gave() {
        let cases = [
            (r#"{"schema":"purchase_order/1","number":"PO1"}"#, Some("PO1"), Some("PO1")),
            (r#"{"schema":"order_response/1","order_number":"PO1"}"#, Some("PO1"), Some("PO1")),
            (
                r#"{"schema":"invoice/1","number":"I1","order_number":"PO1"}"#,
                Some("I1"),
                Some("PO1"),
            ),
            (r#"{"schema":"invoice/1","number":"I1"}"#, Some("I1"), Some("I1")),
            (r#"{"schema":"remittance/1","trace":"T1"}"#, Some("T1"), Some("T1")),
            (r#"{"schema":"acknowledgment/1","control":"7"}"#, Some("7"), Some("7")),
            (r#"{"schema":"inventory/1"}"#, None, None),
        ];
        for (text, number, key) in cases {
            let record = json::parse(text).unwrap();
            let document = Document::new(&record);
            assert_eq!((document.number(), document.business_key()), (number, key), "{text}");
        }
    }
}
