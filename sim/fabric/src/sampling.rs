//! Looks at links while they are used: for evidence over time. Nothing here changes what the network does, and an idle
//! link costs nothing.

use wire::SimTime;

use crate::engine::LOOPBACK_LINK;
use crate::fabric::Fabric;
use crate::ids::{Direction, HostId};
use crate::link::LinkSample;

impl Fabric {
    /// Whether a link was offered a packet since [`Fabric::take_used_links`], or had a queue then.
    pub fn has_used_links(&self) -> bool {
        !self.used_links.is_empty()
    }

    /// Replaces `hosts` by those whose link was offered a packet since the last call, or had a queue then. Those that
    /// have a queue `now` will be among the next.
    pub fn take_used_links(&mut self, now: SimTime, hosts: &mut Vec<HostId>) {
        hosts.clear();
        let Self { used_links, links, outbox, .. } = self;
        used_links.retain(|&link| {
            hosts.extend(Self::link_at(link).map(|(host, _)| host));
            let at_link = &mut links[link as usize];
            at_link.listed = at_link.is_queued(now, &outbox.pool);
            at_link.listed
        });
        hosts.sort_unstable();
        hosts.dedup();
    }

    /// A look at one direction of a host's link. It begins the highs of the next look anew.
    pub fn sample_link(&mut self, now: SimTime, host: HostId, direction: Direction) -> LinkSample {
        self.links[Self::link_index(host, direction)].sample(now, &self.outbox.pool)
    }

    pub(crate) fn list_used(&mut self, link: usize) {
        if !self.links[link].listed && link != LOOPBACK_LINK {
            self.links[link].listed = true;
            self.used_links.push(link as u32);
        }
    }
}
