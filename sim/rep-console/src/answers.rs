//! What the console does with answers to its questions.

use std::time::Duration;

use device::Device;
use wire::rep::{ExternalInvitation, KeyGenerated, Permission, Refusal, RepAnswer, RepProfile};
use wire::{QueueId, RequestId, SessionId, SimTime};

use crate::assignments::Switch;
use crate::console::{Asked, Login, RepConsole, RepConsoleEvent};
use crate::kept::Credentials;
use crate::rows::Queue;
use crate::sharing::ShownInvitation;
use crate::view::{Account, ShownKey, StartMethod};

impl RepConsole {
    pub(crate) fn hear_answer(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        request: RequestId,
        answer: Result<RepAnswer, Refusal>,
    ) {
        let Some(asked) = self.asked.remove(&request) else { return };
        if let Asked::Jump(machine) = asked {
            self.view.jumping.retain(|jumping| *jumping != machine);
        }
        let refusal = answer.as_ref().err().copied();
        match (asked, answer) {
            (Asked::SignIn, Ok(RepAnswer::SignedIn(profile))) => self.hear_signed_in(now, device, profile),
            (Asked::SignIn, Err(refusal)) => self.signed_out(now, &refusal.to_string()),
            (Asked::Unpin(machine), Err(refusal @ Refusal::Gone)) => {
                // Somebody else was faster.
                self.hear_unpinned(machine);
                self.notice(now, refusal.to_string());
            }
            (_, Err(refusal)) => self.notice(now, refusal.to_string()),
            (_, Ok(RepAnswer::KeyGenerated(key))) => self.hear_key(now, device, key),
            (_, Ok(RepAnswer::JumpItems(items))) => {
                self.view.set(|view| &mut view.jump_items, items);
                self.drop_void_unpinning();
            }
            (_, Ok(RepAnswer::Pinned { .. })) => self.notice(now, "the machine is pinned"),
            (Asked::Unpin(machine), Ok(RepAnswer::Done)) => {
                self.hear_unpinned(machine);
                self.notice(now, "the machine is unpinned");
            }
            (_, Ok(RepAnswer::Accepted { session } | RepAnswer::Jumped { session, .. })) => {
                // A session that is under way already comes to the front (ACC-08); a new one opens its page itself.
                if self.view.page(session).is_some() {
                    self.bring_to_front(Some(session));
                }
                if let Asked::Jump(_) = asked {
                    self.hear_jumped(session);
                }
            }
            (Asked::InviteExternal(session), Ok(RepAnswer::ExternalInvited(invitation))) => {
                self.hear_external_invited(now, session, invitation);
            }
            (Asked::AutoAssignment(on), Ok(RepAnswer::Done)) => {
                self.view.set(|view| &mut view.auto_assignment.on, on);
            }
            (Asked::ExtendedAvailability(on), Ok(RepAnswer::Done)) => {
                self.view.set(|view| &mut view.extended_availability.on, on);
            }
            (Asked::Report(session), Ok(RepAnswer::Done)) => self.hear_report_done(session),
            (_, Ok(RepAnswer::Done | RepAnswer::SignedIn(_) | RepAnswer::ExternalInvited(_))) => {}
        }
        self.event(RepConsoleEvent::Answered { request, refusal });
    }

    fn hear_signed_in(&mut self, now: SimTime, device: &mut dyn Device, profile: RepProfile) {
        self.admitted = true;
        if self.view.account == Account::SigningIn {
            self.keep_or_forget_login(device);
            // Pages that closed are their reader's, and who comes from outside is somebody else each time.
            let reader = (!profile.external).then_some(profile.id);
            if self.closed_of != reader || reader.is_none() {
                self.view.closed.clear();
            }
            self.closed_of = reader;
        }
        self.unconfirmed = self.view.pages.iter().map(|page| page.session).collect();
        let platform = device.facts().platform;
        let favourites = &self.settings.favourites;
        let before = &self.view;
        let queue = |id, name: &str| Queue {
            id,
            name: name.to_owned(),
            favourite: favourites.contains(&id),
            unread_chat: before.queue(id).map_or(0, |queue| queue.unread_chat),
            rows: Vec::new(),
        };
        let personal = queue(QueueId::Personal(profile.id), "Personal");
        let teams = profile.teams.iter().map(|team| queue(QueueId::Team(team.id), &team.name));
        let queues = std::iter::once(personal).chain(teams).collect();
        let view = &mut *self.view;
        view.account = Account::SignedIn;
        view.queues = queues;
        view.start_methods = StartMethod::offered_to(&profile);
        view.key_generation_ways = match view.start_methods.contains(&StartMethod::SessionKey) {
            true => self.config.flavour.key_generation_ways(platform).to_vec(),
            false => Vec::new(),
        };
        let switch = |permission, on| Switch { offered: profile.permissions.contains(&permission), on };
        view.auto_assignment = switch(Permission::DisableAutoAssignment, profile.auto_assignment);
        view.extended_availability = switch(Permission::ExtendedAvailability, profile.extended_availability);
        view.profile = Some(profile);
        self.watch_idling(now);
        self.tell_attendance();
        self.event(RepConsoleEvent::SignedIn);
    }

    /// LOG-02: ticked, the credentials are kept; unticked, nothing is.
    fn keep_or_forget_login(&mut self, device: &mut dyn Device) {
        let kept = match &self.login {
            Some(Login::Account { credentials, remember }) => remember.then(|| credentials.clone()),
            // Whoever joins by an invitation has no credentials, and forgets nobody else's.
            Some(Login::External { .. }) | None => return,
        };
        match &kept {
            Some(credentials) => credentials.remember(device),
            None if self.remembered.is_some() => Credentials::forget(device),
            None => {}
        }
        let user = kept.as_ref().map(|credentials| credentials.user_name.clone());
        self.view.set(|view| &mut view.remembered_user, user);
        self.remembered = kept;
    }

    fn hear_jumped(&mut self, session: SessionId) {
        self.jumped.insert(session);
        if let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session) {
            page.jumped = true;
        }
    }

    fn hear_key(&mut self, now: SimTime, device: &mut dyn Device, generated: KeyGenerated) {
        let KeyGenerated { key, url, valid_s, portal } = generated;
        let expires = now + Duration::from_secs(valid_s.into());
        self.view.key = Some(ShownKey { key, url, expires, portal });
        if self.config.flavour.keeps_portal() && self.settings.portal != Some(portal) {
            self.settings.portal = Some(portal);
            self.settings.save(device);
        }
    }

    fn hear_external_invited(&mut self, now: SimTime, session: SessionId, invited: ExternalInvitation) {
        // The key of a session that is left meanwhile opens nothing.
        if self.view.page(session).is_some() {
            let ExternalInvitation { invitation, key, url, valid_s } = invited;
            let expires = now + Duration::from_secs(valid_s.into());
            self.view.external_invitation = Some(ShownInvitation { session, invitation, key, url, expires });
        }
    }
}
