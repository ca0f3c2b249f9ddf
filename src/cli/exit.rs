//! Exit codes and what they promise (DESIGN 9): scripts rely on them.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: accepted, or done.
    Done,
    /// 1: refused, or a check failed.
    Refused,
    /// 2: unreadable, a file that is missing, or wrong usage.
    Unreadable,
    /// 3: the world failed: network, disk, Odoo.
    World,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0u8,
            Exit::Refused => 1,
            Exit::Unreadable => 2,
            Exit::World => 3,
        })
    }
}
