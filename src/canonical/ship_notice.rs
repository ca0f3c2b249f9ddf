//! The item view of a ship notice: each item with its nearest order and its packs, however the
//! partner nested them (S-O-I, S-O-P-I, S-P-O-I, ...).

use super::record::{Object, Value};

/// An item and what it lies in.
#[derive(Clone, Debug)]
pub struct ShippedItem<'r> {
    /// The item.
    pub item: &'r Object<'r>,
    /// The nearest order around it.
    pub order: Option<&'r Object<'r>>,
    /// Its packs, the innermost first.
    pub packs: Vec<&'r Object<'r>>,
}

impl<'r> ShippedItem<'r> {
    /// The order's number: the item's own word counts before that of a pack or an order around.
    #[must_use]
    pub fn order_number(&self) -> Option<&'r str> {
        let packs = self.packs.iter().copied();
        let mut around = std::iter::once(self.item).chain(packs).chain(self.order);
        around.find_map(|object| object.text("order_number"))
    }

    /// The serial shipping container code of the innermost pack that has one.
    #[must_use]
    pub fn sscc(&self) -> Option<&'r str> {
        self.packs.iter().find_map(|pack| pack.text("sscc"))
    }
}

/// The items of a ship notice in the order of the record.
///
/// ```
/// use edigate::canonical::{json, ship_notice};
/// let record = json::parse(
///     r#"{"schema":"ship_notice/1","packs":[{"kind":"tare","sscc":"1","orders":[
///         {"order_number":"PO1","packs":[{"kind":"pack","items":[{"quantity":"5"}]}]}]}]}"#,
/// ).unwrap();
/// let items = ship_notice::items(&record);
/// assert_eq!(items[0].order_number(), Some("PO1"));
/// assert_eq!(items[0].packs.len(), 2);
/// assert_eq!(items[0].sscc(), Some("1"));
/// ```
#[must_use]
pub fn items<'r>(record: &'r Object<'r>) -> Vec<ShippedItem<'r>> {
    let mut found = Vec::new();
    let mut path = Vec::new();
    // The lists of one object, then those of the objects in them: a stack, because a record from
    // outside may nest as deep as its reader allows.
    let mut open = vec![Step::Enter(Role::Shipment, record)];
    while let Some(step) = open.pop() {
        let (role, object) = match step {
            Step::Leave => {
                path.pop();
                continue;
            }
            Step::Enter(role, object) => (role, object),
        };
        if role == Role::Item {
            let around = || path.iter().rev();
            found.push(ShippedItem {
                item: object,
                order: around().find(|(role, _)| *role == Role::Order).map(|(_, object)| *object),
                packs: around()
                    .filter(|(role, _)| *role == Role::Pack)
                    .map(|(_, object)| *object)
                    .collect(),
            });
        }
        path.push((role, object));
        open.push(Step::Leave);
        for (list, role) in LISTS.into_iter().rev() {
            open.extend(object.list(list).iter().rev().filter_map(|item| match item {
                Value::Object(item) => Some(Step::Enter(role, item)),
                Value::Text(_) | Value::Integer(_) | Value::List(_) => None,
            }));
        }
    }
    found
}

enum Step<'r> {
    Enter(Role, &'r Object<'r>),
    Leave,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Shipment,
    Order,
    Pack,
    Item,
}

/// The lists a ship notice nests.
const LISTS: [(&str, Role); 3] =
    [("orders", Role::Order), ("packs", Role::Pack), ("items", Role::Item)];

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    fn view(text: &str) -> Vec<(String, String, String)> {
        let record = json::parse(text).unwrap();
        let show = |shipped: &ShippedItem<'_>| {
            let packs: Vec<&str> = shipped.packs.iter().filter_map(|p| p.text("sscc")).collect();
            (
                shipped.item.text("id").unwrap_or_default().to_owned(),
                shipped.order_number().unwrap_or_default().to_owned(),
                packs.join("<"),
            )
        };
        items(&record).iter().map(show).collect()
    }

    fn row(id: &str, order: &str, packs: &str) -> (String, String, String) {
        (id.to_owned(), order.to_owned(), packs.to_owned())
    }

    #[test]
    fn every_nesting_gives_the_same_view() {
        let nestings = [
            r#"{"orders":[{"order_number":"P","packs":[{"sscc":"T","packs":[{"sscc":"C","items":[{"id":"1"}]}]}]}]}"#,
            r#"{"packs":[{"sscc":"T","orders":[{"order_number":"P","packs":[{"sscc":"C","items":[{"id":"1"}]}]}]}]}"#,
            r#"{"packs":[{"sscc":"T","packs":[{"sscc":"C","items":[{"id":"1","order_number":"P"}]}]}]}"#,
        ];
        for text in nestings {
            assert_eq!(view(text), [row("1", "P", "C<T")], "{text}");
        }
    }

    #[test]
    fn packs_inside_an_item_are_not_around_it() {
        let text = r#"{"items":[{"id":"1","packs":[{"sscc":"C"}]},{"id":"2"}]}"#;
        assert_eq!(view(text), [row("1", "", ""), row("2", "", "")]);
    }
}
