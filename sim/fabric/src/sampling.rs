//! Looks at links while they are used: for evidence over time. Nothing here changes what the network does, and an idle
//! link costs nothing.

use wire::SimTime;

use crate::engine::LOOPBACK_LINK;
use crate::fabric::Fabric;
use crate::ids::{Direction, HostId, LinkId};
use crate::link::LinkSample;

impl Fabric {
    /// Whether a link was offered a packet since [`Fabric::take_used_links`], or had a queue then.
    pub fn has_used_links(&self) -> bool {
        !self.used_links.is_empty()
    }

    /// Replaces `hosts` by those of whose interfaces one was offered a packet since the last call, or had a queue then.
    /// Those that have a queue `now` will be among the next.
    pub fn take_used_links(&mut self, now: SimTime, hosts: &mut Vec<HostId>) {
        hosts.clear();
        let mut used = std::mem::take(&mut self.used_links);
        used.retain(|&link| {
            if let Some(LinkId::Interface(interface, _)) = self.link_id(link) {
                hosts.push(self.interfaces[interface.index()].host);
            }
            let (state, pool) = self.links_mut(link);
            state.listed = state.is_queued(now, pool);
            state.listed
        });
        self.used_links = used;
        hosts.sort_unstable();
        hosts.dedup();
    }

    /// A look at one direction of all of a host's interfaces together: a machine that roams is one machine. It begins
    /// the highs of the next look anew.
    pub fn sample_link(&mut self, now: SimTime, host: HostId, direction: Direction) -> LinkSample {
        let mut sum = LinkSample::default();
        for place in 0..self.interfaces_of(host).len() {
            let link = LinkId::Interface(self.interfaces_of(host)[place], direction);
            let Some(number) = self.number_of(link) else { continue };
            let (state, pool) = self.links_mut(number);
            let one = state.sample(now, pool);
            sum = LinkSample {
                counters: sum.counters.and(one.counters),
                queue_bytes: sum.queue_bytes + one.queue_bytes,
                queue_bytes_high: sum.queue_bytes_high.max(one.queue_bytes_high),
                wait_nanos_high: sum.wait_nanos_high.max(one.wait_nanos_high),
            };
        }
        sum
    }

    pub(crate) fn list_used(&mut self, link: u32) {
        let state = self.links_mut(link).0;
        if !state.listed && link != LOOPBACK_LINK {
            state.listed = true;
            self.used_links.push(link);
        }
    }
}
