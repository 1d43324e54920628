//! System information of this machine (SYS).

use device::Device;
use wire::tool::{SystemCommand, SystemUpdate, ToolUpdate};
use wire::{MemberId, SimTime};

use crate::client::CustomerClient;

impl CustomerClient {
    pub(super) fn obey_system(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        member: MemberId,
        command: SystemCommand,
    ) {
        let update = match command {
            SystemCommand::Categories => SystemUpdate::Categories(device.categories()),
            SystemCommand::Fetch { category } => match device.system_table(now, &category) {
                Some(table) => SystemUpdate::Table(table),
                None => SystemUpdate::Unknown { category },
            },
        };
        self.tell(member, cut(ToolUpdate::System(update)));
    }
}

/// As many rows of a table as one message takes, and whether those are all: a machine with more has more than anybody
/// reads, and who reads shall know.
fn cut(mut update: ToolUpdate) -> ToolUpdate {
    while !update.fits() {
        match &mut update {
            ToolUpdate::System(SystemUpdate::Table(table)) if !table.rows.is_empty() => {
                table.rows.truncate(table.rows.len() * 7 / 8);
                table.cut = true;
            }
            ToolUpdate::System(SystemUpdate::Categories(categories)) if !categories.is_empty() => {
                categories.truncate(categories.len() / 2);
            }
            // What was asked for came in one message, and goes back in one.
            _ => break,
        }
    }
    update
}

#[cfg(test)]
mod tests {
    use wire::tool::{SystemTable, TOOL_BYTES_MAX};

    use super::*;

    #[test]
    fn a_table_above_the_limit_is_cut_and_another_is_not() {
        let table = |rows: usize| {
            let rows = vec![vec!["x".repeat(1_000)]; rows];
            let (category, columns) = ("Events".into(), vec!["Text".into()]);
            let table = SystemTable { category, columns, rows, cut: false };
            ToolUpdate::System(SystemUpdate::Table(table))
        };
        let rows = |update: ToolUpdate| match update {
            ToolUpdate::System(SystemUpdate::Table(table)) => (table.rows.len(), table.cut),
            other => panic!("expected a table, found {other:?}"),
        };
        let fitting = TOOL_BYTES_MAX / 1_010;
        assert_eq!(rows(cut(table(fitting))), (fitting, false));
        let left = cut(table(10 * fitting));
        assert!(left.fits());
        let (left, is_cut) = rows(left);
        assert!(left > fitting / 4 * 3 && is_cut, "{left} of {fitting}");
    }
}
